/** Two bridges of one cluster as processes: both serve, know the same, and one goes on with everything when the other is gone. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LEADER, LEASES } from '../../src/cluster/leases/records.ts';
import { lookIntoStore } from '../../src/store/look.ts';
import type { ApiRequest } from '../contracts/api/api.contract.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { connectClient, type TestClient, type TestClientOptions } from '../support/brokers/mqtt-client.ts';
import { type NatsCluster, natsIsMissing, startNats } from '../support/cluster/nats.ts';
import { freePort } from '../support/free-port.ts';
import { comesTrue } from '../support/patience.ts';
import { runProgram, type ServiceProcess, startProcess, temporaryDirectory } from '../support/process.ts';

const PASSWORD = 'correct horse battery';
const APP_KEY = 'the same key on all of the bridges';

interface Bridge {
  readonly url: string;
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Resolves when it serves. */
  process: Promise<ServiceProcess>;
}

describe.skipIf(natsIsMissing)('two bridges of one cluster', () => {
  let nats: NatsCluster;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let bridges: Bridge[];
  beforeEach(async () => {
    [nats, folder] = await Promise.all([startNats(), temporaryDirectory()]);
    bridges = [];
  });
  afterEach(async () => {
    for (const { process } of bridges) {
      const running = await process.catch(() => undefined);
      running?.kill('SIGKILL');
      await running?.exit;
    }
    await nats.stop();
    await folder.remove();
  });

  const settings = () => ({
    CLUSTER_URL: nats.addresses.map((address) => `nats://${address}`).join(),
    CLUSTER_USER: nats.username,
    CLUSTER_PASS: nats.password,
  });

  async function start(name: string, joins: object = settings()): Promise<Bridge> {
    const [port, dir] = [await freePort(), join(folder.path, name)];
    await mkdir(dir, { recursive: true });
    const env = { APP_KEY, ADMIN_PASSWORD: PASSWORD, PORT: String(port), ...joins };
    const bridge = { url: `http://127.0.0.1:${port}`, dir, env, process: startProcess(dir, env) };
    bridges.push(bridge);
    return bridge;
  }

  /** Whether it does what only one does at a time, as its log says. */
  async function leads({ process }: Bridge): Promise<boolean> {
    const lines = (await process).output().split('\n');
    const last = (words: string) => lines.findLastIndex((line) => line.includes(words));
    return last('the lease is ours') > last('the lease is lost');
  }

  async function mqtt({ process }: Bridge, options: Partial<TestClientOptions> = {}): Promise<TestClient> {
    const { mqttPort } = await process;
    const url = `mqtt://127.0.0.1:${mqttPort}`;
    return connectClient({ url, username: 'admin', password: PASSWORD, ...options });
  }

  const ask = (bridge: Bridge, request: ApiRequest) => requestOverHttp(bridge.url, request);

  async function login(bridge: Bridge, username = 'admin', password = PASSWORD): Promise<string> {
    const answer = await ask(bridge, { command: 'create', module: 'auth', payload: { username, password } });
    if (!answer.ok) throw new Error(JSON.stringify(answer.error));
    return Object(answer.value).bearer;
  }

  async function names(bridge: Bridge, module: string, token: string): Promise<string[]> {
    const answer = await ask(bridge, { command: 'list', module, token });
    if (!answer.ok) throw new Error(JSON.stringify(answer.error));
    return Object(answer.value)
      .items.map((entity: { name?: string; username?: string }) => entity.name ?? entity.username)
      .sort();
  }

  async function create(
    bridge: Bridge,
    module: string,
    payload: Record<string, unknown>,
    token: string,
  ): Promise<void> {
    const answer = await ask(bridge, { command: 'create', module, payload, token });
    if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  }

  async function pair(): Promise<readonly [Bridge, Bridge]> {
    const a = await start('a');
    await a.process;
    const b = await start('b');
    await b.process;
    return [a, b];
  }

  const isOver = ({ exit }: ServiceProcess) =>
    Promise.race([exit.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);

  const cluster = (deed: string, dir: string, env: object) =>
    runProgram(['cluster', deed, '--json'], { ...env, DATA_DIR: dir }, dir);

  it('are one: each serves users, logins, cameras and MQTT, what one was told the other knows, and goes on with when it is killed', async () => {
    const [a, b] = await pair();
    const token = await login(a);
    await create(b, 'users', { username: 'anna', password: PASSWORD, can_login: true }, token);
    expect(await names(a, 'users', token)).toContain('anna');
    await (await mqtt(a, { username: 'anna', password: PASSWORD })).end();
    const heard = await mqtt(a);
    await heard.subscribe('house/#', { qos: 1 });
    const said = await mqtt(b);
    await said.publish('house/lamp', 'on', { qos: 1 });
    expect((await heard.next('house/lamp')).text).toBe('on');
    await create(a, 'cameras', { name: 'door', room: 'hall' }, await login(b));
    expect(await names(b, 'cameras', token)).toEqual(['door']);
    (await a.process).kill('SIGKILL');
    await heard.end().catch(() => undefined);
    const again = await mqtt(b, { username: 'anna', password: PASSWORD });
    await Promise.all([again.end(), said.end()]);
    // What had died comes back, and goes on when the other leaves in order.
    a.process = startProcess(a.dir, a.env);
    await a.process;
    await create(b, 'cameras', { name: 'yard', room: 'hall' }, token);
    expect(await names(a, 'cameras', token)).toEqual(['door', 'yard']);
    const leaving = await b.process;
    leaving.kill('SIGTERM');
    expect(await leaving.exit).toMatchObject({ code: 0 });
    await create(a, 'cameras', { name: 'gate', room: 'hall' }, token);
  });

  it('grant four accounts and no more when forty ask both at once, each usable at the other bridge when it is told, and remove them everywhere', async () => {
    const bridges = await pair();
    const token = await login(bridges[0]);
    const call = ({ url }: Bridge, path: string, method: string) =>
      fetch(`${url}/v1/mqtt${path}`, { method, headers: { authorization: `Bearer ${token}` } });
    const at = (i: number) => bridges[i % 2 === 0 ? 0 : 1];
    const made = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const answer = await call(at(i), '', 'POST');
        if (answer.status === 403) return [];
        const account = await answer.json();
        const { user: username, password } = account;
        const client = await mqtt(at(i + 1), { username, password });
        return [{ ...account, client }];
      }),
    );
    const accounts = made.flat();
    expect(accounts).toHaveLength(4);
    for (const [i, { _id, user: username, password, client }] of accounts.entries()) {
      expect((await call(at(i), `/${_id}`, 'DELETE')).status).toBe(200);
      expect([0x87, 0x98]).toContain(await client.closed);
      for (const bridge of bridges) {
        await expect(mqtt(bridge, { username, password })).rejects.toThrow();
        expect((await call(bridge, `/${_id}`, 'GET')).status).toBe(404);
      }
    }
  });

  it('send away whose account has expired, at a bridge that does not see to it itself', async () => {
    const [a, b] = await pair();
    const token = await login(a);
    const call = (path: string, method: string, body?: object) =>
      fetch(`${a.url}/v1/mqtt${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
    const { _id, user: username, password } = await (await call('', 'POST')).json();
    await comesTrue(async () => expect((await leads(a)) || (await leads(b))).toBe(true));
    const client = await mqtt((await leads(a)) ? b : a, { username, password });
    const expires_at = new Date(Date.now() + 1500).toISOString();
    expect((await call(`/${_id}`, 'PUT', { expires_at })).status).toBe(200);
    await client.closed;
    await expect(mqtt(b, { username, password })).rejects.toThrow();
  });

  it('lose nothing of what clients of the broker were promised when one is killed', async () => {
    const [a, b] = await pair();
    const session = { clientId: 'away', clean: false, properties: { sessionExpiryInterval: 600 } };
    const away = await mqtt(a, session);
    await away.subscribe(['house/n', 'house/will'], { qos: 2 });
    await away.end();
    const will = { topic: 'house/will', payload: Buffer.from('gone'), qos: 1, retain: false } as const;
    const writer = await mqtt(a, { will });
    for (const text of ['1', '2', '3']) await writer.publish('house/n', text, { qos: 2 });
    await writer.publish('house/lamp', 'on', { qos: 1, retain: true });
    (await a.process).kill('SIGKILL');
    const back = await mqtt(b, session);
    for (const text of ['1', '2', '3']) expect((await back.next('house/n')).text).toBe(text);
    expect((await back.next('house/will')).text).toBe('gone');
    await back.subscribe('house/lamp');
    expect(await back.next('house/lamp')).toMatchObject({ text: 'on', retain: true });
    expect(back.received.filter(({ topic }) => topic === 'house/n')).toHaveLength(3);
    await back.end();
  });

  it('agree when one that was frozen wakes: it shows what the other has changed, and its own changes come behind', async () => {
    const [a, b] = await pair();
    const token = await login(a);
    const frozen = await a.process;
    frozen.kill('SIGSTOP');
    await create(b, 'cameras', { name: 'by b', room: 'hall' }, token);
    await comesTrue(async () => expect(await leads(b)).toBe(true));
    frozen.kill('SIGCONT');
    await create(a, 'cameras', { name: 'by a', room: 'hall' }, token);
    for (const bridge of [a, b]) expect(await names(bridge, 'cameras', token)).toEqual(['by a', 'by b']);
    await comesTrue(async () => expect([await leads(a), await leads(b)]).toEqual([false, true]));
    (await b.process).kill('SIGKILL');
    await comesTrue(async () => expect(await leads(a)).toBe(true));
  });

  it('serve on when a NATS server dies, refuse changes without a majority, and go on in the same process when it is back', async () => {
    const [a, b] = await pair();
    const token = await login(a);
    const [first, second] = nats.servers;
    await first?.stop('SIGKILL');
    await create(a, 'cameras', { name: 'on two', room: 'hall' }, token);
    await second?.stop('SIGKILL');
    const late = await ask(b, { command: 'create', module: 'cameras', payload: { name: 'late', room: 'hall' }, token });
    expect(late).toMatchObject({ ok: false, error: { code: 'unavailable' } });
    await expect(mqtt(a)).rejects.toThrow();
    const c = start('c');
    await Promise.all([first?.start(), second?.start()]);
    await nats.ready();
    const bridges = [a, b, await c];
    for (const bridge of bridges)
      await comesTrue(async () => {
        await create(bridge, 'cameras', { name: `back ${bridge.dir.at(-1)}`, room: 'hall' }, token);
      });
    for (const bridge of bridges) {
      expect((await names(bridge, 'cameras', token)).filter((name) => name !== 'late')).toEqual([
        'back a',
        'back b',
        'back c',
        'on two',
      ]);
      expect(await isOver(await bridge.process)).toBe(false);
      await comesTrue(async () => (await mqtt(bridge)).end());
    }
  });

  it('are begun with the folder of a single bridge, and left again with all that there is', async () => {
    const [a] = [await start('a', {})];
    const alone = await a.process;
    const token = await login(a);
    await create(a, 'cameras', { name: 'door', room: 'hall' }, token);
    alone.kill('SIGTERM');
    await alone.exit;
    const refused = await startProcess(a.dir, { ...a.env, ...settings() }).catch(String);
    expect(refused).toContain('holds a bridge that stands alone');
    const { code, stdout } = await cluster('seed', a.dir, { ...a.env, ...settings() });
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, counts: { users: 1, cameras: 1 } });
    const b = await start('b');
    await b.process;
    expect(await names(b, 'cameras', token)).toEqual(['door']);
    a.process = startProcess(a.dir, { ...a.env, ...settings() });
    await a.process;
    const status = await cluster('status', b.dir, b.env);
    expect({ code: status.code, ...JSON.parse(status.stdout) }).toMatchObject({
      code: 0,
      name: 'nestmtx',
      servers: [{ name: 'n1' }, { name: 'n2' }, { name: 'n3' }],
    });
    await create(b, 'cameras', { name: 'yard', room: 'hall' }, token);
    const last = await b.process;
    last.kill('SIGTERM');
    await last.exit;
    const [file, moved] = [join(folder.path, 'house.nestmtx'), join(folder.path, 'moved')];
    const env = { ...b.env, NESTMTX_BRIDGE_PASSPHRASE: 'a passphrase that nobody guesses' };
    await runProgram(['export', file], { ...env, DATA_DIR: b.dir }, b.dir);
    await runProgram(['import', 'bridge', '--from', file, '--apply'], { ...env, DATA_DIR: moved }, b.dir);
    for (const dir of [b.dir, moved]) {
      const left = await cluster('leave', dir, b.env);
      expect({ code: left.code, ...JSON.parse(left.stdout) }).toMatchObject({ code: 0, counts: { cameras: 2 } });
      // A cluster that is made of it again numbers its events from there.
      const { epoch = 0 } = (await lookIntoStore({ dir, collections: [LEASES] })).collection(LEASES).get(LEADER) ?? {};
      expect(epoch).toBeGreaterThan(0);
    }
    const again = await start('b', {});
    await again.process;
    expect(await names(again, 'cameras', token)).toEqual(['door', 'yard']);
  });
});
