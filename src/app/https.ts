/** Owns HTTPS: whose certificate it has, and that a new one is taken without a restart. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { Closers } from '../core/lifecycle.ts';
import { isGoodFor, makeCertificate, type Pems, shownCertificate } from '../secrets/own-certificate.ts';
import { openTlsDoor } from '../transports/http/server/tls-door.ts';
import type { Core } from './core.ts';
import { listening } from './listening.ts';

/** As often as files of a certificate are looked at: whoever renews them tells nobody. */
const LOOK_MS = 60_000;

/** @returns the port; undefined where nobody wants HTTPS */
export async function openHttps(
  config: Config,
  { clock, log }: Pick<Core, 'clock' | 'log'>,
  server: Server,
  closers: Closers,
): Promise<number | undefined> {
  const { https } = config;
  if (!https) return undefined;
  const { files } = https;
  const read = files ? () => filesOf(files) : () => ownPems(config, clock.now());
  let pems = await read();
  const { host } = config.http;
  const door = await listening(openTlsDoor(server, { host, port: https.port, pems, clock }), 'HTTPS_PORT');
  log.info({ port: door.port, isOwn: !files, ...shownCertificate(pems.cert) }, 'HTTPS is open');

  async function look(): Promise<void> {
    try {
      const found = await read();
      if (found.cert === pems.cert && found.key === pems.key) return;
      door.renew(found);
      pems = found;
      log.info(shownCertificate(pems.cert), 'HTTPS has a new certificate');
    } catch (error) {
      // Whoever writes the two files writes one after the other.
      log.warn({ err: error }, 'the certificate of HTTPS cannot be read: the one before stays');
    }
  }

  let cancel = (): void => undefined;
  const lookLater = (): void => {
    cancel = clock.after(LOOK_MS, () => void look().then(lookLater));
  };
  lookLater();
  closers.add('https', async () => {
    cancel();
    cancel = (): void => undefined;
    await door.close();
  });
  return door.port;
}

async function filesOf(files: { readonly cert: string; readonly key: string }): Promise<Pems> {
  const [cert, key] = await Promise.all([readFile(files.cert, 'utf8'), readFile(files.key, 'utf8')]);
  return { cert, key };
}

/** The one of our own: kept, so that its fingerprint stays, and made anew before it ends or when a name is missing. */
async function ownPems({ dataDir, publicHost }: Config, nowMs: number): Promise<Pems> {
  const names = [...new Set([publicHost ?? hostname(), hostname(), 'localhost', '127.0.0.1'])].filter(isName);
  const files = { cert: join(dataDir, 'https', 'cert.pem'), key: join(dataDir, 'https', 'key.pem') };
  const kept = await filesOf(files).catch(() => undefined);
  if (kept && isGoodFor(kept.cert, names, nowMs)) return kept;
  const made = await makeCertificate(names, nowMs);
  await mkdir(join(dataDir, 'https'), { recursive: true, mode: 0o700 });
  await writeFile(files.key, made.key, { mode: 0o600 });
  await writeFile(files.cert, made.cert, { mode: 0o600 });
  return made;
}

/** A certificate takes no other characters; a machine may have a name with some. */
function isName(name: string): boolean {
  return /^[A-Za-z0-9.:-]+$/.test(name);
}
