/** Owns HTTPS: whose certificate it has, and that a new one is taken without a restart. */

import { createPrivateKey } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Closers } from '../core/lifecycle.ts';
import type { Log } from '../core/ports.ts';
import { createRounds } from '../core/timing/rounds.ts';
import { isGoodFor, makeCertificate, type Pems, shownCertificate } from '../secrets/own-certificate.ts';
import { openCertificate } from '../system/certificate-files.ts';
import { writeForOwner } from '../system/owner.ts';
import { openTlsDoor } from '../transports/http/server/tls-door.ts';
import type { Core } from './core.ts';
import { listening } from './listening.ts';

interface Files {
  readonly cert: string;
  readonly key: string;
}

/** How often it is looked whether the one of our own is about to end. */
const DAY_MS = 24 * 60 * 60 * 1000;

/** @returns the port; undefined where nobody wants HTTPS */
export async function openHttps(
  config: Config,
  { clock, log, onReload }: Pick<Core, 'clock' | 'log' | 'onReload'>,
  server: Server,
  closers: Closers,
): Promise<number | undefined> {
  const { https, dataDir } = config;
  if (!https) return undefined;
  const own: Files = { cert: join(dataDir, 'https', 'cert.pem'), key: join(dataDir, 'https', 'key.pem') };
  const names = namesOf(config);
  if (!https.files) await keepGood(own, names, clock.now());
  const files = await openCertificate(https.files ?? own, { clock, log, onReload });
  const { host } = config.http;
  const pems = pemsOf(files.current);
  const door = await listening(openTlsDoor(server, { host, port: https.port, pems, clock }), 'HTTPS_PORT');
  closers.add('https', () => door.close());
  log.info({ port: door.port, isOwn: !https.files, ...shownCertificate(pems.cert) }, 'HTTPS is open');
  const stopWatching = files.watch((contents) => {
    const fresh = pemsOf(contents);
    door.renew(fresh);
    log.info(shownCertificate(fresh.cert), 'HTTPS has a new certificate');
  });
  closers.add('certificate of https', stopWatching);
  if (https.files) return door.port;
  const rounds = createRounds({
    clock,
    round: () => keepGood(own, names, clock.now()).catch(told(log)),
    pauseMs: () => DAY_MS,
  });
  rounds.now();
  closers.add('own certificate', () => rounds.close());
  return door.port;
}

/** What is in the files afterwards is for these names, and not about to end: so its fingerprint stays for most of a year. */
async function keepGood(files: Files, names: readonly string[], nowMs: number): Promise<void> {
  if (await isGood(files, names, nowMs).catch(() => false)) return;
  const made = await makeCertificate(names, nowMs);
  await mkdir(dirname(files.cert), { recursive: true, mode: 0o700 });
  await put(files.key, made.key);
  await put(files.cert, made.cert);
}

/** Whole or not at all, and for the owner of the folder. */
async function put(path: string, content: string): Promise<void> {
  const draft = `${path}.new`;
  await rm(draft, { force: true });
  await writeForOwner(draft, content);
  await rename(draft, path);
}

/** Rejects where there is none, or no more than a part of one. */
async function isGood({ cert, key }: Files, names: readonly string[], nowMs: number): Promise<boolean> {
  createPrivateKey(await readFile(key));
  return isGoodFor(await readFile(cert, 'utf8'), names, nowMs);
}

function told(log: Log): (error: unknown) => void {
  return (error) => log.warn({ err: error }, 'the certificate of HTTPS cannot be made anew');
}

function pemsOf({ cert, key }: { readonly cert: Buffer; readonly key: Buffer }): Pems {
  return { cert: cert.toString(), key: key.toString() };
}

/** A certificate takes no other characters; a machine may have a name with some. */
function namesOf({ publicHost }: Config): string[] {
  const names = new Set([publicHost ?? hostname(), hostname(), 'localhost', '127.0.0.1']);
  return [...names].filter((name) => /^[A-Za-z0-9.:-]+$/.test(name));
}
