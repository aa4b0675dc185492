import { createServer } from 'node:http';
import { createServer as createTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClientOptions, createClient } from '../../src/client/client.ts';
import { disconnectWords, refusalWords } from '../../src/client/reasons/reason-codes.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { freePort, portOf } from '../support/free-port.ts';
import { ADMIN, startService } from '../support/service.ts';

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of cleanUps.splice(0).reverse()) await step();
});

/** What is told of the first attempt. */
async function refusal(options: ClientOptions): Promise<{ cause?: string; reason?: string }> {
  const client = createClient(options);
  cleanUps.push(client.close);
  const told: { cause?: string; reason?: string }[] = [];
  client.onState((_state, reason, cause) => {
    if (reason !== undefined && cause !== undefined) told.push({ reason, cause });
  });
  client.connect();
  return eventually(() => told[0], 'a reason');
}

describe('why there is no connection, in words and as a cause:', () => {
  it('a wrong password', async () => {
    const { mqttUrl, stop } = await startService();
    cleanUps.push(stop);
    const { cause, reason } = await refusal({ url: mqttUrl, ...ADMIN, password: 'guesswork' });
    expect([cause, reason]).toEqual([
      'login',
      expect.stringMatching(/refuses the connection: .*password.*reason code 13/),
    ]);
    expect(reason).not.toContain('guesswork');
  });

  it('a port where nothing listens', async () => {
    const { cause, reason } = await refusal({ url: `mqtt://127.0.0.1:${await freePort()}` });
    expect([cause, reason]).toEqual(['unreachable', expect.stringMatching(/^nothing listens .*ECONNREFUSED/)]);
  });

  it('a host that nobody knows', async () => {
    const { cause, reason } = await refusal({ url: 'mqtt://nobody.invalid' });
    expect([cause, reason]).toEqual(['unreachable', expect.stringMatching(/host name.*(ENOTFOUND|EAI_AGAIN)/)]);
  });

  it('a port for HTTP', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    cleanUps.push(() => server.close());
    await eventually(() => server.listening);
    const { cause, reason } = await refusal({ url: `mqtt://127.0.0.1:${portOf(server)}` });
    expect([cause, reason]).toEqual(['protocol', expect.stringContaining('does not speak MQTT')]);
  });

  it('a port without TLS', async () => {
    const server = createTcp(
      (socket) => void socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    );
    server.listen(0, '127.0.0.1');
    cleanUps.push(() => server.close());
    await eventually(() => server.listening);
    const { cause, reason } = await refusal({ url: `mqtts://127.0.0.1:${portOf(server)}` });
    expect([cause, reason]).toEqual(['tls', expect.stringContaining('does not speak TLS')]);
  });

  it('a certificate of its own making', async () => {
    const { certFile: MQTT_TLS_CERT, keyFile: MQTT_TLS_KEY, remove } = await selfSignedCertificate();
    const port = String(await freePort());
    const { stop } = await startService({ env: { MQTT_TLS_CERT, MQTT_TLS_KEY, MQTT_TLS_PORT: port } });
    cleanUps.push(remove, stop);
    const { cause, reason } = await refusal({ url: `mqtts://127.0.0.1:${port}`, ...ADMIN });
    expect([cause, reason]).toEqual(['certificate', expect.stringMatching(/not trusted.*self-signed/)]);
  });
});

describe('a reason code', () => {
  it('has words and stays findable, a new one too', () => {
    expect(disconnectWords(138)).toBe(
      'the broker ended the connection: an administrator has banned this client (reason code 138)',
    );
    expect(disconnectWords(139)).toContain('it is shutting down');
    expect(refusalWords(200)).toBe('the broker refuses the connection: it does not say why (reason code 200)');
  });
});
