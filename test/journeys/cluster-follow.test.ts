/** Two bridges of a cluster that follow one NestMTX: one passes on what it hears, the other stands by, says so, and goes on when the first one is gone. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UPSTREAM_USER } from '../follow/following.ts';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../support/brokers/mosquitto.ts';
import { connectClient, type TestClient } from '../support/brokers/mqtt-client.ts';
import { type NatsCluster, natsIsMissing, startNats } from '../support/cluster/nats.ts';
import { freePort } from '../support/free-port.ts';
import { comesTrue } from '../support/patience.ts';
import { type ServiceProcess, startProcess, temporaryDirectory } from '../support/process.ts';
import { startUpstream, type Upstream } from '../support/upstream/upstream.ts';

const STANDS_BY = 'standing by until it is for this bridge to follow';

interface Follower {
  readonly url: string;
  process: ServiceProcess;
}

describe.skipIf(natsIsMissing || mosquittoIsMissing)('two bridges that follow', () => {
  let nats: NatsCluster;
  let mosquitto: Mosquitto;
  let upstream: Upstream;
  let witness: TestClient;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let a: Follower;
  let b: Follower;

  beforeAll(async () => {
    [nats, mosquitto, folder] = await Promise.all([startNats(), startMosquitto(), temporaryDirectory()]);
    const { port, username, password } = mosquitto;
    upstream = await startUpstream({ now: Date.now, brokerUrl: `mqtt://${username}:${password}@127.0.0.1:${port}` });
    upstream.addUser(UPSTREAM_USER.username, UPSTREAM_USER.password);
    upstream.setCamera({ id: 1, name: 'Door', mtx_path: 'door', is_enabled: true });
    witness = await connectClient({ url: `mqtt://127.0.0.1:${port}`, username, password });
    await witness.subscribe(['nestmtx/state/#', 'nestmtx/availability']);
    a = await start('a', 'ready');
    b = await start('b', STANDS_BY);
  });
  afterAll(async () => {
    for (const { process } of [a, b].filter(Boolean)) {
      process.kill('SIGKILL');
      process.kill('SIGCONT');
      await process.exit;
    }
    await witness?.end();
    await upstream?.close();
    await mosquitto?.stop();
    await nats?.stop();
    await folder?.remove();
  });

  async function start(name: string, says: string): Promise<Follower> {
    const [port, dir] = [await freePort(), join(folder.path, name)];
    await mkdir(dir, { recursive: true });
    const env = {
      ...{ MODE: 'follow', PORT: String(port), APP_KEY: 'the same key on all of the bridges' },
      ...{ MQTT_HOST: '127.0.0.1', MQTT_PORT: String(mosquitto.port) },
      ...{ MQTT_USER: mosquitto.username, MQTT_PASS: mosquitto.password },
      ...{ FOLLOW_USERNAME: UPSTREAM_USER.username, FOLLOW_PASSWORD: UPSTREAM_USER.password },
      STATE_DOWN_DELAY_MS: '0',
      CLUSTER_URL: nats.addresses.map((address) => `nats://${address}`).join(),
      ...{ CLUSTER_USER: nats.username, CLUSTER_PASS: nats.password },
    };
    return { url: `http://127.0.0.1:${port}`, process: await startProcess(dir, env, undefined, says) };
  }

  async function health({ url }: Follower): Promise<number | undefined> {
    const answer = await fetch(`${url}/healthz`).catch(() => undefined);
    await answer?.text();
    return answer?.status;
  }

  const availability = () => witness.received.filter(({ topic }) => topic === 'nestmtx/availability').at(-1)?.text;
  const states = () =>
    witness.received
      .filter(({ topic, retain }) => topic === 'nestmtx/state/camera/1' && !retain)
      .map(({ text }): { ready: boolean; seq: number } => JSON.parse(text));
  /** Says an event at NestMTX until a bridge has passed it on. */
  const passedOn = (event: 'ready' | 'notReady') =>
    comesTrue(async () => {
      await upstream.emit('camera', event, 1);
      await comesTrueSoon(() => states().at(-1)?.ready === (event === 'ready'));
    });

  it('are one that serves, and one that says it stands by', async () => {
    await passedOn('ready');
    expect([await health(a), await health(b)]).toEqual([200, 503]);
    expect(await (await fetch(`${b.url}/healthz`)).json()).toEqual({ status: 'standing by' });
    const refused = await fetch(`${b.url}/api/cameras`);
    expect([refused.status, (await refused.json()).error.code]).toEqual([503, 'unavailable']);
  });

  it('go on when the one that follows stands still, which stands by when it wakes up', async () => {
    a.process.kill('SIGSTOP');
    await comesTrue(async () => expect(await health(b)).toBe(200));
    await passedOn('notReady');
    a.process.kill('SIGCONT');
    await comesTrue(async () => expect(await health(a)).toBe(503));
    await passedOn('ready');
  });

  it('go on at once when the one that follows is stopped in order', async () => {
    b.process.kill('SIGTERM');
    expect(await b.process.exit).toEqual({ code: 0, signal: null });
    await comesTrue(async () => expect(await health(a)).toBe(200));
    await passedOn('notReady');
  });

  it('have numbered what became of the camera in one row, whoever told it, and gave nothing two numbers', async () => {
    const told = states();
    const order = told.map(({ seq }) => seq);
    expect(order).toEqual([...order].sort((one, other) => one - other));
    // Whoever goes on shows the broker what is there already once more.
    const became = new Map(told.map(({ seq, ready }) => [seq, ready]));
    expect([...became.values()]).toEqual([false, true, false, true, false]);
    await comesTrue(() => expect(availability()).toBe('online'));
  });
});

async function comesTrueSoon(isTrue: () => boolean): Promise<void> {
  for (let looks = 0; looks < 50 && !isTrue(); looks += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isTrue()).toBe(true);
}
