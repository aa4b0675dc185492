/** Pins instances on a whole service whose broker is a mosquitto: set up as documented, used, lost, repaired, and gone. */

import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DynsecMosquitto, dynsecIsMissing, startDynsecMosquitto } from '../support/brokers/mosquitto-dynsec.ts';
import { connectClient } from '../support/brokers/mqtt-client.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

const SETUP = fileURLToPath(new URL('../../examples/mosquitto-setup.sh', import.meta.url));
const CONFORMANCE = fileURLToPath(new URL('../../scripts/conformance/main.js', import.meta.url));
const CONTROL_TOPIC = '$CONTROL/dynamic-security/v1';

interface Rented {
  readonly _id: string;
  readonly server: string;
  readonly port: string;
  readonly user: string;
  readonly password: string;
}

describe.skipIf(dynsecIsMissing)('a service that rents out a mosquitto', () => {
  let mosquitto: DynsecMosquitto;
  let service: Service;
  let token: string;

  beforeAll(async () => {
    mosquitto = await startDynsecMosquitto();
    const { port } = mosquitto.control;
    const env = { PATH: process.env['PATH'] ?? '', BRIDGE_PASSWORD: 'made-for-this-test', PORT: String(port) };
    const printed = (part: string) => execFileSync('sh', [SETUP, part], { env, encoding: 'utf8' });
    await command(printed('account'));
    const settings = printed('env').trim().split('\n');
    service = await startService({ env: Object.fromEntries(settings.map((line) => line.split('=', 2))) });
    token = (await call('POST', '/v1/auth/login', { email: ADMIN.username, password: ADMIN.password })).token;
  });
  afterAll(async () => {
    await service.stop();
    await mosquitto.stop();
  });

  async function command(text: string) {
    const { username, password } = mosquitto.control;
    const administrator = await connectClient({ url: mosquitto.url, username, password });
    await administrator.publish(CONTROL_TOPIC, text, { qos: 1 });
    await administrator.end();
  }

  async function call(method: string, path: string, body?: object) {
    const response = await fetch(service.httpUrl + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return JSON.parse(await response.text());
  }

  const connect = ({ server, port, user, password }: Rented) =>
    connectClient({ url: `mqtt://${server}:${port}`, username: user, password });

  it('gives accounts that work where it says, and ends them', async () => {
    const instance: Rented = await call('POST', '/v1/mqtt');
    expect(instance).toMatchObject({ server: '127.0.0.1', port: String(mosquitto.control.port) });
    const client = await connect(instance);
    expect(await client.subscribe([`${instance.user}/#`, 'nestmtx/#'])).toEqual([1, 0x87]);
    const check = await call('GET', `/v1/mqtt/${instance._id}/acl-check?action=subscribe&topic=nestmtx/%23`);
    expect(check).toMatchObject({ allowed: false });
    await call('DELETE', `/v1/mqtt/${instance._id}`);
    await client.closed;
    await expect(connect(instance)).rejects.toThrow();
  });

  it('makes an account again that the broker has lost, as soon as the broker is back', async () => {
    const instance: Rented = await call('POST', '/v1/mqtt');
    await command(JSON.stringify({ commands: [{ command: 'deleteClient', username: instance.user }] }));
    await expect(connect(instance)).rejects.toThrow();
    await mosquitto.restart();
    const isBack = () =>
      connect(instance).then(
        (client) => client.end().then(() => true),
        () => false,
      );
    await expect.poll(isBack, { interval: 100 }).toBe(true);
    await call('DELETE', `/v1/mqtt/${instance._id}`);
  });

  it('conforms to the contract', async () => {
    const login = ['--email', ADMIN.username, '--password', ADMIN.password];
    const { stdout } = await promisify(execFile)(process.execPath, [CONFORMANCE, service.httpUrl, ...login]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).not.toContain('FAILED');
    expect(stdout).toMatch(/(\d+) of \1 checks passed/);
  });
});
