/** Two bridges of one cluster as processes: one serves, the other stands by and goes on with everything when it is gone. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiRequest } from '../contracts/api/api.contract.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { connectClient } from '../support/brokers/mqtt-client.ts';
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

  const health = async ({ url }: Bridge) => (await fetch(`${url}/healthz`)).json();
  const standsBy = (bridge: Bridge) =>
    comesTrue(async () => expect(await health(bridge)).toEqual({ status: 'standing by' }));

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
    await standsBy(b);
    return [a, b];
  }

  const isOver = ({ exit }: ServiceProcess) =>
    Promise.race([exit.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);

  const cluster = (deed: string, dir: string, env: object) =>
    runProgram(['cluster', deed, '--json'], { ...env, DATA_DIR: dir }, dir);

  it('are one: when the one that serves is killed, the other goes on with users, logins and cameras', async () => {
    const [a, b] = await pair();
    const token = await login(a);
    await create(a, 'users', { username: 'anna', password: PASSWORD, can_login: true }, token);
    await create(a, 'cameras', { name: 'door', room: 'hall' }, token);
    (await a.process).kill('SIGKILL');
    const { mqttPort } = await b.process;
    expect(await health(b)).toEqual({ status: 'ok' });
    expect(await names(b, 'users', token)).toContain('anna');
    expect(await names(b, 'cameras', token)).toEqual(['door']);
    const client = await connectClient({ url: `mqtt://127.0.0.1:${mqttPort}`, username: 'anna', password: PASSWORD });
    await client.end();
    // What had been the first comes back, and is the second.
    a.process = startProcess(a.dir, a.env);
    await standsBy(a);
    await create(b, 'cameras', { name: 'yard', room: 'hall' }, token);
    const leaving = await b.process;
    leaving.kill('SIGTERM');
    expect(await leaving.exit).toMatchObject({ code: 0 });
    await a.process;
    expect(await names(a, 'cameras', token)).toEqual(['door', 'yard']);
  });

  it('lose nothing of what clients of the broker were promised when the one that serves is killed', async () => {
    const [a, b] = await pair();
    const options = { username: 'admin', password: PASSWORD };
    const at = async (bridge: Bridge) => `mqtt://127.0.0.1:${(await bridge.process).mqttPort}`;
    const session = { ...options, clientId: 'away', clean: false, properties: { sessionExpiryInterval: 600 } };
    const away = await connectClient({ url: await at(a), ...session });
    await away.subscribe(['house/n', 'house/will'], { qos: 2 });
    await away.end();
    const will = { topic: 'house/will', payload: Buffer.from('gone'), qos: 1, retain: false } as const;
    const writer = await connectClient({ url: await at(a), ...options, will });
    for (const text of ['1', '2', '3']) await writer.publish('house/n', text, { qos: 2 });
    await writer.publish('house/lamp', 'on', { qos: 1, retain: true });
    (await a.process).kill('SIGKILL');
    const back = await connectClient({ url: await at(b), ...session });
    for (const text of ['1', '2', '3']) expect((await back.next('house/n')).text).toBe(text);
    expect((await back.next('house/will')).text).toBe('gone');
    await back.subscribe('house/lamp');
    expect(await back.next('house/lamp')).toMatchObject({ text: 'on', retain: true });
    expect(back.received.filter(({ topic }) => topic === 'house/n')).toHaveLength(3);
    await back.end();
  });

  it('never both serve: one that was frozen changes nothing when it wakes, and stands by', async () => {
    const [a, b] = await pair();
    const token = await login(a);
    const frozen = await a.process;
    frozen.kill('SIGSTOP');
    await b.process;
    await create(b, 'cameras', { name: 'by b', room: 'hall' }, token);
    frozen.kill('SIGCONT');
    const late = await ask(a, {
      command: 'create',
      module: 'cameras',
      payload: { name: 'by a', room: 'hall' },
      token,
    }).catch(() => ({ ok: false }));
    expect(late.ok).toBe(false);
    await standsBy(a);
    expect(await names(b, 'cameras', token)).toEqual(['by b']);
    // It goes on as the second, in the same process.
    (await b.process).kill('SIGKILL');
    await comesTrue(async () => expect(await health(a)).toEqual({ status: 'ok' }));
    expect(await names(a, 'cameras', token)).toEqual(['by b']);
  });

  it('serve on when a NATS server dies, and not without a majority: they begin again when it is back', async () => {
    const [a, b] = await pair();
    const token = await login(a);
    const [first, second] = nats.servers;
    await first?.stop('SIGKILL');
    await create(a, 'cameras', { name: 'on two', room: 'hall' }, token);
    await second?.stop('SIGKILL');
    const alone = await a.process;
    await comesTrue(() => expect(alone.output()).toContain('the log of the cluster is out of reach'));
    await Promise.all([first?.start(), second?.start()]);
    await nats.ready();
    // Whoever ended for want of a cluster is started again by somebody.
    const revive = async (bridge: Bridge) => {
      const old = await Promise.race([bridge.process, undefined]);
      if (old !== undefined && (await isOver(old))) bridge.process = startProcess(bridge.dir, bridge.env);
    };
    await comesTrue(async () => {
      await revive(a);
      const said = await Promise.all([a, b].map((bridge) => health(bridge).catch(() => undefined)));
      expect(said).toContainEqual({ status: 'ok' });
    });
    const serving = (await Promise.all([a, b].map((bridge) => health(bridge).catch(() => undefined)))).findIndex(
      (said) => JSON.stringify(said) === '{"status":"ok"}',
    );
    expect(await names(serving === 0 ? a : b, 'cameras', token)).toEqual(['on two']);
  });

  it('wait no longer than they are wanted: one that stands by ends at once, and in order', async () => {
    const a = await start('a');
    await a.process;
    const waits = 'standing by until it is for this bridge to serve';
    const second = join(folder.path, 'b');
    await mkdir(second);
    const standing = await startProcess(second, { ...a.env, PORT: '0' }, undefined, waits);
    standing.kill('SIGTERM');
    expect(await standing.exit).toEqual({ code: 0, signal: null });
    expect(await health(a)).toEqual({ status: 'ok' });
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
    await standsBy(a);
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
    const left = await cluster('leave', b.dir, b.env);
    expect({ code: left.code, ...JSON.parse(left.stdout) }).toMatchObject({ code: 0, counts: { cameras: 2 } });
    const again = await start('b', {});
    await again.process;
    expect(await names(again, 'cameras', token)).toEqual(['door', 'yard']);
  });
});
