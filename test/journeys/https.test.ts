/** Drives HTTPS of the whole service: the certificate of its own, one that somebody brings, and that a new one needs no restart. */

import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCertificate, shownCertificate } from '../../src/secrets/own-certificate.ts';
import { connectSocket, requestOverSocketIo } from '../support/api/socketio.ts';
import { type Certificate, selfSignedCertificate } from '../support/certificate.ts';
import { manualClock } from '../support/manual-clock.ts';
import { comesTrue } from '../support/patience.ts';
import { temporaryDirectory } from '../support/process.ts';
import { type Service, startService } from '../support/service.ts';

const services: Service[] = [];
const certificates: Certificate[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) await service.stop();
  for (const certificate of certificates.splice(0)) await certificate.remove();
});

async function started(options: Parameters<typeof startService>[0]): Promise<{ service: Service; port: number }> {
  const service = await startService({ ...options, env: { HTTPS_PORT: '0', ...options?.env } });
  services.push(service);
  return { service, port: Number(/"port":(\d+),"isOwn"/.exec(service.log())?.[1]) };
}

function get(port: number, path: string, ca: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, ca, agent: false }, async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve({ status: response.statusCode, body });
    });
    asked.once('error', reject).end();
  });
}

/** Of whatever certificate is shown there. */
function fingerprintAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

describe('a certificate of our own', () => {
  it('is for this machine, is told in the log, and stays over a restart', async () => {
    const { service, port } = await started({ env: { PUBLIC_HOST: 'nest.example' } });
    const file = join(service.dataDir, 'https', 'cert.pem');
    const pem = await readFile(file, 'utf8');
    expect(await get(port, '/healthz', pem)).toEqual({ status: 200, body: '{"status":"ok"}' });
    expect(service.log()).toContain(shownCertificate(pem).fingerprint);
    expect((await stat(join(service.dataDir, 'https', 'key.pem'))).mode & 0o777).toBe(0o600);
    await service.app.close();
    const { port: next } = await started({ dataDir: service.dataDir, env: { PUBLIC_HOST: 'nest.example' } });
    expect(await get(next, '/healthz', pem)).toMatchObject({ status: 200 });
  });

  it('is made anew a month before it ends', async () => {
    const { path: dataDir, remove } = await temporaryDirectory();
    const names = [hostname(), 'localhost', '127.0.0.1'];
    const old = await makeCertificate(names, Date.now() - 340 * 24 * 60 * 60 * 1000);
    await mkdir(join(dataDir, 'https'));
    await writeFile(join(dataDir, 'https', 'cert.pem'), old.cert);
    await writeFile(join(dataDir, 'https', 'key.pem'), old.key);
    const { service, port } = await started({ dataDir });
    expect(await fingerprintAt(port)).not.toBe(shownCertificate(old.cert).fingerprint);
    await service.app.close();
    const kept = await readFile(join(dataDir, 'https', 'cert.pem'), 'utf8');
    const { port: next } = await started({ dataDir });
    expect(await fingerprintAt(next)).toBe(shownCertificate(kept).fingerprint);
    await services.at(-1)?.stop();
    await remove();
  });

  it('is made anew while the service runs, too, and where a part of it is broken', async () => {
    const clock = manualClock();
    const { service, port } = await started({ clock });
    const before = await fingerprintAt(port);
    await writeFile(join(service.dataDir, 'https', 'cert.pem'), 'half of a certif');
    await comesTrue(async () => {
      clock.advance(24 * 60 * 60 * 1000);
      expect(await fingerprintAt(port)).not.toBe(before);
    });
    const kept = await readFile(join(service.dataDir, 'https', 'cert.pem'), 'utf8');
    expect(await fingerprintAt(port)).toBe(shownCertificate(kept).fingerprint);
  });
});

it('Socket.IO is there, too, and what speaks no TLS keeps nobody', async () => {
  const { service, port } = await started({});
  const ca = await readFile(join(service.dataDir, 'https', 'cert.pem'), 'utf8');
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  const socket = await connectSocket(`https://127.0.0.1:${port}`, { ca } as object);
  expect(await requestOverSocketIo(socket, { command: 'list', module: 'version' })).toHaveProperty('ok', true);
  socket.disconnect();
});

it('a certificate that somebody brings is used, and its successor soon after', async () => {
  const directory = await temporaryDirectory();
  const [one, other] = [await selfSignedCertificate(), await selfSignedCertificate()];
  certificates.push(one, other);
  const files = { HTTPS_CERT: join(directory.path, 'cert.pem'), HTTPS_KEY: join(directory.path, 'key.pem') };
  const put = async ({ certFile, keyFile }: Certificate) => {
    await copyFile(keyFile, files.HTTPS_KEY);
    await copyFile(certFile, files.HTTPS_CERT);
  };
  await put(one);
  const clock = manualClock();
  const { port } = await started({ clock, env: files });
  expect(await get(port, '/healthz', one.pem)).toMatchObject({ status: 200 });
  await put(other);
  await comesTrue(async () => {
    clock.advance(60_000);
    expect(await fingerprintAt(port)).toBe(shownCertificate(other.pem).fingerprint);
  });
  await directory.remove();
});
