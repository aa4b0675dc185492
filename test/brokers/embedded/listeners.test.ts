/** Pins the doors of the embedded broker (TCP, TLS, WebSocket) and how they are shut. */

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { memoryDirectory } from '../../support/brokers/directory.ts';
import { startTestBroker, type TestBroker, TOPICS } from '../../support/brokers/embedded.ts';
import { openRaw } from '../../support/brokers/raw-mqtt.ts';
import { selfSignedCertificate } from '../../support/certificate.ts';
import { TEST_MS } from '../../support/patience.ts';

let test: TestBroker;

afterEach(() => test.stop());

describe('TLS', () => {
  it('takes the same logins, from TLS 1.2 on', async () => {
    const certificate = await selfSignedCertificate();
    const key = await readFile(certificate.keyFile);
    test = await startTestBroker({ tls: { host: '127.0.0.1', port: 0, cert: certificate.pem, key } });
    await certificate.remove();
    const url = `mqtts://127.0.0.1:${test.broker.tlsPort}`;
    const client = await test.client('alice', { url, ca: certificate.pem });
    await client.subscribe('alice/#');
    await client.publish('alice/x', 'sealed', { qos: 1 });
    expect((await client.next('alice/x')).text).toBe('sealed');
    expect(test.broker.sessions('instance:alice')[0]?.address).toBe('127.0.0.1');
    const old = { host: '127.0.0.1', port: test.broker.tlsPort ?? 0, rejectUnauthorized: false } as const;
    const refused = connectTls({ ...old, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    await expect(once(refused, 'secureConnect')).rejects.toThrow(/protocol|alert|reset|socket/i);
  });
});

describe('WebSocket', () => {
  async function serve() {
    test = await startTestBroker({ limits: { connectTimeoutMs: 2 * TEST_MS } });
    const http = createServer();
    const webSockets = new WebSocketServer({ noServer: true });
    http.on('upgrade', (request, socket, head) => {
      webSockets.handleUpgrade(request, socket, head, (webSocket) =>
        test.broker.handleWebSocket(webSocket, { socket: request.socket, address: request.socket.remoteAddress }),
      );
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const address = http.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    return { url: `ws://127.0.0.1:${port}/mqtt`, http };
  }

  it.each([4, 5] as const)('carries MQTT of version %i both ways', async (version) => {
    const { url, http } = await serve();
    const client = await test.client('alice', { url, version });
    await client.subscribe('alice/#');
    const payload = Buffer.alloc(100_000, 'x');
    await client.publish('alice/x', payload, { qos: 1 });
    expect((await client.next('alice/x')).payload).toEqual(payload);
    expect(test.broker.sessions('instance:alice')[0]?.address).toBe('127.0.0.1');
    test.directory.remove('alice');
    await client.closed;
    http.close();
  });

  it('is closed when somebody who has not logged in begins a frame and keeps us waiting for its end', async () => {
    const { url, http } = await serve();
    const webSocket = new WebSocket(url, 'mqtt');
    await once(webSocket, 'open');
    for (let sent = 0; sent < 20; sent += 1) webSocket.send(Buffer.alloc(50_000), { fin: false });
    await once(webSocket, 'close');
    http.close();
  });

  it('is closed when it does not speak MQTT', async () => {
    const { url, http } = await serve();
    const webSocket = new WebSocket(url, 'chat');
    const [code] = await once(webSocket, 'close');
    expect(code).toBe(1002);
    http.close();
  });
});

describe('closing', () => {
  it('says offline to everybody, then goodbye to clients of MQTT 5', async () => {
    test = await startTestBroker();
    const five = await test.client('carol', { version: 5 });
    const four = await test.client('carol', { version: 4 });
    await five.subscribe(TOPICS.availability);
    await four.subscribe(TOPICS.availability);
    await test.broker.close();
    expect(await five.closed).toBe(0x8b);
    await four.closed;
    for (const client of [five, four]) expect(client.received.map(({ text }) => text)).toEqual(['online', 'offline']);
    await expect(test.client('carol')).rejects.toThrow();
  });

  it('does not wait for those who stand still or never spoke', async () => {
    test = await startTestBroker({ limits: { connectTimeoutMs: 2 * TEST_MS, drainTimeoutMs: 2 * TEST_MS } });
    await openRaw(test.broker.port, 5);
    const frozen = await test.raw('root', { version: 5, clientId: 'frozen' });
    frozen.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'nestmtx/#', qos: 0 }] });
    await frozen.next('suback');
    frozen.socket.pause();
    for (let sent = 0; sent < 200; sent += 1) {
      await test.broker.link.publish({ topic: TOPICS.failures, payload: Buffer.alloc(100_000) });
    }
    // Had it to wait for either, this test would not live to see it.
    await test.broker.close();
  });

  it('rejects when the port is taken, and leaves nothing running', async () => {
    test = await startTestBroker();
    let listening = 0;
    const onRevoked = () => {
      listening += 1;
      return () => {
        listening -= 1;
      };
    };
    const directory = { ...memoryDirectory(), onRevoked };
    const options = { directory, listen: { host: '127.0.0.1', port: test.broker.port } };
    await expect(startTestBroker(options)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(listening).toBe(0);
  });
});
