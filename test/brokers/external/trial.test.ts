/** Pins the trial of somebody's broker: what is told of it, over real sockets, and that it ends with the service. */

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createTcpServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrokerTrial, tryBroker } from '../../../src/brokers/external/trial.ts';
import { allowedAddress } from '../../../src/rtsp/allowed-hosts.ts';
import { type Certificate, selfSignedCertificate } from '../../support/certificate.ts';
import { freePort, portOf } from '../../support/free-port.ts';
import { hasProgram } from '../../support/programs.ts';
import { ADMIN, type Service, startService } from '../../support/service.ts';

let service: Service;
let silent: Server;
let refusedPort: number;

beforeAll(async () => {
  service = await startService();
  silent = createTcpServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  refusedPort = await freePort();
});
afterAll(async () => {
  silent.close();
  await service.stop();
});

const httpPort = () => Number(new URL(service.httpUrl).port);

function look(trial: Partial<BrokerTrial>, stopped = new AbortController().signal) {
  const target = { protocol: 'mqtt', host: 'localhost', port: service.app.mqttPort, ...trial } as const;
  return tryBroker(target, { resolve: allowedAddress, clientId: 'trial', stopped });
}

describe('what a tried broker is', () => {
  it.each([
    ['up', () => ({ ...ADMIN })],
    ['unauthorised', () => ({ ...ADMIN, password: 'wrong' })],
    ['unauthorised', () => ({})],
    ['refused', () => ({ host: '127.0.0.1', port: refusedPort })],
    ['unreachable', () => ({ host: '169.254.169.254' })],
    ['broken', () => ({ host: '127.0.0.1', port: httpPort() })],
    ['broken', () => ({ ...ADMIN, protocol: 'mqtts' as const })],
  ] as const)('is told in one word: %s', async (finding, trial) => {
    expect(await look(trial())).toBe(finding);
  });

  it('gets nothing from us without a good certificate: nobody gets a password whose certificate is not trusted', async () => {
    if (!hasProgram('openssl')) return;
    const certificate: Certificate = await selfSignedCertificate();
    let heard = 0;
    const key = await readFile(certificate.keyFile);
    const server = createTlsServer({ cert: certificate.pem, key }, (socket) => {
      socket.on('data', ({ length }) => {
        heard += length;
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    expect(await look({ ...ADMIN, protocol: 'mqtts', host: '127.0.0.1', port: portOf(server) })).toBe('unverified');
    expect(heard).toBe(0);
    server.close();
    await certificate.remove();
  });

  it('is not waited for when the service ends', async () => {
    const stopping = new AbortController();
    const looking = look({ host: '127.0.0.1', port: portOf(silent) }, stopping.signal);
    await once(silent, 'connection');
    stopping.abort();
    expect(await looking).toBe('broken');
  });
});
