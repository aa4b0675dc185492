/** Owns the question which service a command talks to, and with which token. */

import { join } from 'node:path';
import { hostHere } from '../core/network.ts';
import { isObject } from '../protocol/envelope.ts';
import type { Context } from './command.ts';
import { usageFailure } from './failure.ts';
import { savedLogin } from './token-file.ts';

export interface Place {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string | undefined;
  /** Where `token` is one of `login`: what is left when that is not good. */
  readonly operator?: { readonly token: string; readonly inPlaceOf: string } | undefined;
  /** Where the embedded broker of the running service listens, where that is known. */
  readonly mqttPort?: number | undefined;
  /** The service of this machine's configuration: when it does not run, its store can be opened in its place. */
  readonly isOwn: boolean;
}

/** What a running service leaves in its data folder, readable by its owner only. */
interface ServiceFile {
  readonly url: string;
  /** Acts as the system user. */
  readonly token: string;
  /** Absent where an earlier version runs. */
  readonly mqttPort?: number | undefined;
}

/**
 * The URL of `--url`, the environment, the running service of the data folder, or the configured port; the token of
 * `--token`, the environment, a `login` that has not ended, or the operator token of the data folder.
 * @throws Failure for a URL that is none; ConfigError when it takes a configuration to know and that is wrong
 */
export async function locate(context: Context): Promise<Place> {
  const { io, values } = context;
  const named = values.get('url') ?? (io.env['NESTMTX_BRIDGE_URL'] || undefined);
  const service = named === undefined ? await readServiceFile(context) : undefined;
  const url = named === undefined ? (service?.url ?? configuredUrl(context)) : checkedUrl(named);
  const given = values.get('token') ?? (io.env['NESTMTX_BRIDGE_TOKEN'] || undefined);
  const saved = given === undefined ? await savedLogin(io, url) : undefined;
  const operator = saved && service && { token: service.token, inPlaceOf: saved.username };
  const { mqttPort } = service ?? {};
  return { url, mqttPort, token: given ?? saved?.token ?? service?.token, operator, isOwn: named === undefined };
}

async function readServiceFile({ io, program }: Context): Promise<ServiceFile | undefined> {
  const text = await io.files.read(join(program.loadConfig().dataDir, 'service.json'));
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || typeof value['url'] !== 'string' || typeof value['token'] !== 'string') return undefined;
    const mqttPort = typeof value['mqttPort'] === 'number' ? value['mqttPort'] : undefined;
    return { url: withoutSlash(value['url']), token: value['token'], mqttPort };
  } catch {
    // Half written by a service that is starting or has been killed: as good as none.
    return undefined;
  }
}

function configuredUrl({ program }: Context): string {
  const { host, port } = program.loadConfig().http;
  return `http://${hostHere(host)}:${port}`;
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw usageFailure('the URL of the service must read like http://host:2000, without user and password');
  }
  return withoutSlash(url.href);
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
