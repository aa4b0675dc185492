/**
 * Two bridges and three NATS servers, killed, frozen and cut in half one after another while clients publish, accounts are made and cameras change:
 * nothing that was acknowledged is missing afterwards, and nothing is there twice.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestOverHttp } from '../support/api/http.ts';
import { connectClient } from '../support/brokers/mqtt-client.ts';
import { type BridgeProcess, type Bridges, PASSWORD, startBridges } from '../support/cluster/bridges.ts';
import { byChance } from '../support/cluster/instances.ts';
import { natsIsMissing } from '../support/cluster/nats.ts';
import { type Roaming, roam } from '../support/cluster/roaming.ts';
import { eventually } from '../support/eventually.ts';
import { comesTrue } from '../support/patience.ts';

const ADMIN = { username: 'admin', password: PASSWORD };
const SEED = Number(process.env['KILL_SEED'] ?? 11);
/** Long enough for a lease to go to somebody else. */
const FROZEN_MS = 3000;
/** Longer than a bridge serves that hears nothing, and than others count on it. */
const CUT_OFF_MS = 12_000;

describe.skipIf(natsIsMissing)('a cluster under load', () => {
  let bridges: Bridges;
  let token: string;
  let load: Load;
  beforeEach(async () => {
    bridges = await startBridges(2, { INSTANCE_LIMIT: '100000' });
    const [first] = bridges.all;
    token = await logIn(first);
    await at(first, { command: 'create', module: 'cameras', payload: { name: 'door', room: 'hall' } });
    load = await startLoad();
  });
  afterEach(async () => {
    for (const each of [...bridges.all, ...bridges.nats.servers]) each.thaw();
    for (const each of bridges.all) each.reach();
    await load?.end();
    await bridges.stop();
  });

  const any = byChance([0, 1], 0, SEED);
  const bridge = (): BridgeProcess => {
    const living = bridges.all.filter(({ isRunning }) => isRunning);
    const found = living[any() % living.length];
    if (found === undefined) throw new Error('no bridge runs');
    return found;
  };
  const at = async (place: BridgeProcess | undefined, request: Parameters<typeof requestOverHttp>[1]) => {
    const answer = await requestOverHttp(place?.httpUrl ?? '', { token, ...request });
    if (!answer.ok) throw new Error(JSON.stringify(answer.error));
    return Object(answer.value);
  };
  async function logIn(place: BridgeProcess | undefined): Promise<string> {
    const answer = await requestOverHttp(place?.httpUrl ?? '', { command: 'create', module: 'auth', payload: ADMIN });
    if (!answer.ok) throw new Error(JSON.stringify(answer.error));
    return Object(answer.value).bearer;
  }

  const rest = (place: BridgeProcess, path = '', method = 'GET') =>
    fetch(`${place.httpUrl}/v1/mqtt${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(15_000),
    });

  /** A hundred messages a second, a camera that comes and goes, and accounts: what was acknowledged is remembered. */
  async function startLoad() {
    const reader = await roam(
      () => bridge().mqttUrl,
      { ...ADMIN, clientId: 'reader', clean: false, properties: { sessionExpiryInterval: 600 } },
      ['load/#'],
    );
    const writers = await Promise.all([1, 2].map((n) => roam(() => bridge().mqttUrl, { ...ADMIN, clientId: `w${n}` })));
    const said: string[] = [];
    const accounts: string[] = [];
    const events: { readonly seq: number; readonly names: readonly string[] }[] = [];
    let isOver = false;
    let count = 0;
    let lastFault = '';

    async function publish(writer: Roaming): Promise<void> {
      while (!isOver) {
        count += 1;
        const text = String(count);
        await Promise.all([writer.publish('load/n', text).then(() => said.push(text)), pause(100)]);
      }
    }
    async function rent(): Promise<void> {
      while (!isOver) {
        const answer = await rest(bridge(), '', 'POST').catch(() => undefined);
        if (answer?.status === 201) accounts.push((await answer.json())._id);
        await pause(50);
      }
    }
    async function turnCamera(): Promise<void> {
      for (let turn = 0; !isOver; turn += 1) {
        const payload = { domain: 'camera', event: turn % 2 === 0 ? 'ready' : 'notReady', entity: 1 };
        const outcome = await at(bridge(), { command: 'create', module: 'events', payload }).catch((error: unknown) => {
          lastFault = String(error);
          return undefined;
        });
        if (outcome?.events.length > 0) events.push({ seq: outcome.seq, names: outcome.events });
        await pause(50);
      }
    }
    const lanes = writers.flatMap((writer) => [1, 2, 3, 4, 5].map(() => publish(writer)));
    const all = Promise.all([...lanes, rent(), turnCamera()]);
    const progress = () => ({ said: said.length, accounts: accounts.length, events: events.length });
    return {
      reader,
      writers,
      said,
      accounts,
      events,
      /** All of it goes on. */
      async goesOn() {
        const before = progress();
        await eventually(() => {
          const now = progress();
          return now.said > before.said + 50 && now.accounts > before.accounts + 1 && now.events > before.events + 1;
        }, 'the load goes on').catch((error: unknown) => {
          const refused = [...writers, reader].map(({ refusals, connections }) => [connections, refusals.slice(-3)]);
          throw new Error(JSON.stringify({ before, now: progress(), refused, lastFault }), { cause: error });
        });
      },
      /** Nothing more is said; who reads goes on. */
      async pause() {
        isOver = true;
        await all;
      },
      async end() {
        isOver = true;
        await Promise.all([...writers, reader].map((client) => client.end()));
        await all;
      },
    };
  }
  type Load = Awaited<ReturnType<typeof startLoad>>;

  const leader = () => bridges.all.find((one) => one.leads());
  const follower = () => bridges.all.find((one) => !one.leads());

  async function killAndStart(place: BridgeProcess | undefined): Promise<void> {
    await place?.stop('SIGKILL');
    await load.goesOn();
    await place?.start();
  }

  async function freeze(place: { freeze(): void; thaw(): void } | undefined): Promise<void> {
    place?.freeze();
    await pause(FROZEN_MS);
    place?.thaw();
  }

  const faults: Readonly<Record<string, () => Promise<unknown>>> = {
    'the bridge that leads is killed': () => killAndStart(leader()),
    'a bridge that does not lead is killed': () => killAndStart(follower()),
    'the bridge that leads is frozen': () => freeze(leader()),
    'a NATS server is killed': async () => {
      const [server] = bridges.nats.servers;
      await server?.stop('SIGKILL');
      await load.goesOn();
      await server?.start();
      await bridges.nats.ready();
    },
    'a NATS server is frozen': () => freeze(bridges.nats.servers[1]),
    'the majority is lost': async () => {
      const [, second, third] = bridges.nats.servers;
      await Promise.all([second?.stop('SIGKILL'), third?.stop('SIGKILL')]);
      await pause(FROZEN_MS);
      await Promise.all([second?.start(), third?.start()]);
      await bridges.nats.ready();
    },
  };

  async function expectNothingMissing(): Promise<void> {
    const { reader, writers, said } = load;
    await comesTrue(() => {
      const heard = new Set(reader.received.map(({ text }) => text));
      expect(said.filter((text) => !heard.has(text))).toEqual([]);
    });
    const repeated = new Set(writers.flatMap((writer) => [...writer.repeated]));
    const firsts = reader.received.filter(({ isDuplicate, text }) => !isDuplicate && !repeated.has(text));
    expect(firsts.length - new Set(firsts.map(({ text }) => text)).size).toBe(0);
    const places = bridges.all;
    for (const place of places) {
      const listed = await Promise.all(
        [0, 1, 2].map(async (page) => (await (await rest(place, `?limit=1000&offset=${page * 1000}`)).json()).mqtts),
      );
      const ids = listed.flat().map(({ _id }: { _id: string }) => _id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(load.accounts.filter((id) => !ids.includes(id))).toEqual([]);
      const told = await at(place, {
        command: 'list',
        module: 'events',
        payload: { domain: 'camera', entity: '1', itemsPerPage: 1000 },
      });
      const seqs: number[] = told.items.map(({ details }: { details: { seq: number } }) => details.seq);
      expect(new Set(seqs).size).toBe(seqs.length);
      const since = Math.min(...seqs);
      expect(load.events.filter(({ seq }) => seq > since && !seqs.includes(seq))).toEqual([]);
    }
  }

  it('loses nothing when everything is restarted, one after the other', async () => {
    await load.goesOn();
    for (const each of bridges.all) {
      await each.stop('SIGTERM');
      await load.goesOn();
      await each.start();
    }
    for (const server of bridges.nats.servers) {
      await server.stop();
      await load.goesOn();
      await server.start();
      await bridges.nats.ready();
    }
    await load.goesOn();
    await load.pause();
    await expectNothingMissing();
  });

  it('removes an account although a bridge stands still, which has let go of its clients when it wakes', async () => {
    const [living, still] = bridges.all;
    if (living === undefined || still === undefined) throw new Error('there are two bridges');
    const { _id, user: username, password } = await (await rest(living, '', 'POST')).json();
    const options = { url: still.mqttUrl, username, password };
    const client = await connectClient(options);
    still.freeze();
    const removed = await rest(living, `/${_id}`, 'DELETE');
    expect(removed.status).toBe(200);
    still.thaw();
    expect(await client.closed).toBeDefined();
    for (const { mqttUrl: url } of bridges.all) await expect(connectClient({ ...options, url })).rejects.toThrow();
    await load.goesOn();
  });

  it('misses and doubles nothing when each bridge is cut off from the NATS servers, for longer than it may serve', async () => {
    await load.goesOn();
    for (const cutOff of bridges.all) {
      cutOff.cutOff();
      await pause(CUT_OFF_MS);
      cutOff.reach();
      await load.goesOn();
    }
    await load.pause();
    await expectNothingMissing();
  });

  it('misses and doubles nothing that was acknowledged, whatever is killed, frozen or cut off', async () => {
    const names = shuffled(
      Object.keys(faults),
      byChance(
        Array.from({ length: 100 }, (_, i) => i),
        0,
        SEED,
      ),
    );
    await load.goesOn();
    for (const name of names) {
      await faults[name]?.();
      await load.goesOn().catch((error: unknown) => {
        throw new Error(`after this: ${name}`, { cause: error });
      });
    }
    const writers = load.writers.map(({ connections }) => connections);
    await load.pause();
    expect(writers.some((connections) => connections > 1)).toBe(true);
    await expectNothingMissing();
  });
});

function shuffled<T>(all: readonly T[], draw: () => number): T[] {
  return all
    .map((one) => ({ one, at: draw() }))
    .sort((one, other) => one.at - other.at)
    .map(({ one }) => one);
}
