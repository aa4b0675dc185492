/** Pins how the files of a certificate of HTTPS are watched: no half of a new pair is taken, and whoever has closed looks no more. */

import { execFileSync } from 'node:child_process';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openHttps } from '../../src/app/https.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type Closers, createClosers } from '../../src/core/lifecycle.ts';
import { createReloads, type Reloads } from '../../src/core/timing/reloads.ts';
import { shownCertificate } from '../../src/secrets/own-certificate.ts';
import { type Certificate, selfSignedCertificate } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { temporaryDirectory } from '../support/process.ts';
import { recordingLog } from '../support/recording-log.ts';

let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let files: { readonly cert: string; readonly key: string };
let one: Certificate;
let other: Certificate;
let clock: ManualClock;
let reloads: Reloads;
let closers: Closers;
let port: number;

beforeEach(async () => {
  folder = await temporaryDirectory();
  files = { cert: join(folder.path, 'cert.pem'), key: join(folder.path, 'key.pem') };
  [one, other] = [await selfSignedCertificate(), await selfSignedCertificate()];
  await copyFile(one.certFile, files.cert);
  await copyFile(one.keyFile, files.key);
  clock = manualClock();
  reloads = createReloads();
  const log = recordingLog();
  closers = createClosers(log);
  const env = { HTTPS_PORT: '0', HTTPS_CERT: files.cert, HTTPS_KEY: files.key, DATA_DIR: folder.path };
  const config = loadConfig({ env, cwd: folder.path, readFile: () => '' });
  port = Number(await openHttps(config, { clock, log, onReload: reloads.onReload }, createServer(), closers));
});

afterEach(async () => {
  await closers.close();
  for (const made of [folder, one, other]) await made.remove();
});

/** Lets a minute pass, and waits until the files were looked at. */
async function look(): Promise<void> {
  clock.advance(60_000);
  await eventually(() => clock.waiting === 1, 'the look is over');
}

function shown(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

it('a certificate is taken when its key has come, too, and stands still', async () => {
  await copyFile(other.certFile, files.cert);
  await look();
  await copyFile(other.keyFile, files.key);
  await look();
  expect(await shown()).toBe(shownCertificate(one.pem).fingerprint);
  await look();
  expect(await shown()).toBe(shownCertificate(other.pem).fingerprint);
});

it('a new pair is taken at once when somebody asks for it, without the minute', async () => {
  await copyFile(other.certFile, files.cert);
  await copyFile(other.keyFile, files.key);
  reloads.reload();
  const { fingerprint } = shownCertificate(other.pem);
  await eventually(async () => (await shown()) === fingerprint, 'the new certificate is shown');
});

it('closed in the middle of a look, it looks no more', async () => {
  const key = await readFile(files.key);
  await rm(files.key);
  execFileSync('mkfifo', [files.key]);
  clock.advance(60_000);
  await closers.close();
  // Who reads a pipe waits for who writes it: only now the look goes on.
  await writeFile(files.key, key);
  await readFile(files.cert);
  expect(clock.waiting).toBe(0);
});
