/** Follows the settings of the embedded broker to whom they are for: clients of the house, tenants, and those with a certificate. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { connectAsync } from 'mqtt';
import { generate } from 'mqtt-packet';
import { afterEach, expect, it } from 'vitest';
import { connectClient } from '../support/brokers/mqtt-client.ts';
import { certificateAuthority, selfSignedCertificate } from '../support/certificate.ts';
import { freePort } from '../support/free-port.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

let service: Service;

afterEach(() => service.stop());

async function call(path: string, body: object, token = ''): Promise<Record<string, string>> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(service.httpUrl + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return JSON.parse(await answer.text());
}

it('packets may be as large as the house and its tenants are allowed, over WebSocket too', async () => {
  service = await startService({ env: { BROKER_MAX_PACKET: '1000000', BROKER_TENANT_MAX_PACKET: '5000' } });
  const { token } = await call('/v1/auth/login', ADMIN);
  const { user: username = '', password = '' } = await call('/v1/mqtt', {}, token);
  const webSocket = service.httpUrl.replace('http', 'ws');
  for (const url of [service.mqttUrl, `${webSocket}/mqtt`]) {
    const home = await service.client({ url });
    await home.subscribe('home/#');
    const picture = Buffer.alloc(990_000, 'x');
    await home.publish('home/picture', picture, { qos: 1 });
    expect((await home.next('home/picture')).payload.equals(picture)).toBe(true);
    const tenant = await connectClient({ url, username, password });
    await tenant.publish(`${username}/a`, Buffer.alloc(4900), { qos: 1 });
    void tenant.publish(`${username}/a`, Buffer.alloc(5100), { qos: 1 }).catch(() => undefined);
    expect(await tenant.closed).toBe(0x95);
  }
});

it('subscriptions are counted up to what is set', async () => {
  service = await startService({ env: { BROKER_MAX_FILTERS: '3' } });
  const client = await service.client();
  expect(await client.subscribe(['a', 'b', 'c', 'd'])).toEqual([1, 1, 1, 0x97]);
});

it('a client is where a balancer says that it is, at the port of MQTT and over WebSocket', async () => {
  service = await startService({ env: { MQTT_BALANCERS: 'loopback', TRUST_PROXY: 'loopback' } });
  const { token = '' } = await call('/v1/auth/login', ADMIN);
  const { user: username = '', password = '' } = await call('/v1/mqtt', {}, token);
  const login = { username, password, protocolVersion: 4, clean: true, keepalive: 60 } as const;
  const socket = connect({ port: Number(new URL(service.mqttUrl).port), host: '127.0.0.1' });
  socket.write('PROXY TCP4 192.0.2.7 192.0.2.1 57772 1883\r\n');
  socket.write(generate({ cmd: 'connect', clientId: 'tcp', ...login, password: Buffer.from(password) }));
  await once(socket, 'data');
  const webSocket = await connectAsync(`${service.httpUrl.replace('http', 'ws')}/mqtt`, {
    ...{ ...login, clientId: 'ws', reconnectPeriod: 0 },
    wsOptions: { headers: { 'x-forwarded-for': '203.0.113.9' } },
  });
  const answer = await fetch(`${service.httpUrl}/api/clients`, { headers: { authorization: `Bearer ${token}` } });
  const { items } = JSON.parse(await answer.text());
  const places = items.map(({ clientId, address }: { clientId: string; address: string }) => [clientId, address]);
  expect(places).toEqual(
    expect.arrayContaining([
      ['tcp', '192.0.2.7'],
      ['ws', '203.0.113.9'],
    ]),
  );
  await webSocket.endAsync();
  socket.destroy();
});

it('a device with a certificate of the authority needs no password, and nobody comes in over TLS without one', async () => {
  const [authority, own] = [await certificateAuthority(), await selfSignedCertificate()];
  const env = {
    MQTT_TLS_CERT: own.certFile,
    MQTT_TLS_KEY: own.keyFile,
    MQTT_TLS_PORT: String(await freePort()),
    MQTT_TLS_CLIENT_CA: authority.certFile,
    MQTT_TLS_CLIENT_CERT: 'required',
  };
  service = await startService({ env });
  const { token } = await call('/v1/auth/login', ADMIN);
  const device = {
    username: 'plug',
    password: 'nobody uses it',
    can_login: true,
    role: 'device',
    topics: ['tele/plug/#'],
  };
  await call('/api/users', device, token);
  const at = { url: `mqtts://127.0.0.1:${env.MQTT_TLS_PORT}`, ca: own.pem };
  const plug = await connectClient({ ...at, ...(await authority.issue('plug')) });
  await plug.publish('tele/plug/x', 'x', { qos: 1 });
  expect(await plug.subscribe('#')).toEqual([0x87]);
  await expect(connectClient({ ...at, ...ADMIN })).rejects.toThrow();
  for (const made of [authority, own]) await made.remove();
  await plug.end();
});
