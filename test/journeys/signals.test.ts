/** SIGHUP reads certificates and the log level anew and ends nothing. */

import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectClient } from '../support/brokers/mqtt-client.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { freePort } from '../support/free-port.ts';
import { comesTrue } from '../support/patience.ts';
import { type ServiceProcess, startProcess, temporaryDirectory } from '../support/process.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let running: ServiceProcess | undefined;

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(async () => {
  running?.kill('SIGKILL');
  await running?.exit;
  await directory.remove();
});

async function putCertificate(): Promise<string> {
  const made = await selfSignedCertificate();
  await cp(made.certFile, join(directory.path, 'cert.pem'));
  await cp(made.keyFile, join(directory.path, 'key.pem'));
  await made.remove();
  return made.pem;
}

function shownAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.toString() ?? '');
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

const levelIs = (level: string) => writeFile(join(directory.path, 'nestmtx-bridge.yaml'), `log:\n  level: ${level}\n`);

it('takes a renewed certificate and another log level, while clients stay connected', async () => {
  const tlsPort = await freePort();
  const first = await putCertificate();
  await levelIs('info');
  const login = { username: 'admin', password: 'the first password' };
  running = await startProcess(directory.path, {
    ADMIN_PASSWORD: login.password,
    LOG_LEVEL: '',
    MQTT_TLS_PORT: String(tlsPort),
    MQTT_TLS_CERT: 'cert.pem',
    MQTT_TLS_KEY: 'key.pem',
  });
  const client = await connectClient({ url: `mqtt://127.0.0.1:${running.mqttPort}`, ...login });
  expect(await shownAt(tlsPort)).toBe(first);
  const second = await putCertificate();
  await levelIs('debug');
  running.kill('SIGHUP');
  await comesTrue(async () => expect(await shownAt(tlsPort)).toBe(second));
  await comesTrue(() => expect(running?.output()).toContain('read anew'));
  expect(running.output()).toContain('the certificate was renewed');
  expect(running.output()).not.toContain('"level":"debug"');
  await fetch(`http://127.0.0.1:${running.httpPort}/api/version`);
  await comesTrue(() => expect(running?.output()).toContain('"level":"debug"'));
  await client.subscribe('nestmtx/availability');
  expect((await client.next('nestmtx/availability')).text).toBe('online');
  await levelIs('loud');
  running.kill('SIGHUP');
  await comesTrue(() => expect(running?.output()).toContain('the log level stays'));
  await client.end();
  running.kill('SIGTERM');
  expect((await running.exit).code).toBe(0);
});
