/**
 * Owns MQTT accounts that are rented and removed while things fail: those that were granted are there, and those that were removed are alive nowhere,
 * neither for who comes nor for who was there.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { connectClient, type TestClient } from '../../brokers/mqtt-client.ts';
import { comesTrue } from '../../patience.ts';
import type { BridgeProcess } from '../bridges.ts';
import type { Access } from './access.ts';

export interface Accounts {
  /** That were granted. */
  readonly count: number;
  /** That were removed, each with a client. */
  readonly removed: number;
  pause(): Promise<void>;
  expectAll(): Promise<void>;
}

interface Account {
  readonly _id: string;
  readonly user: string;
  readonly password: string;
}

/** An account on its way out, with its client. */
interface Doomed extends Account {
  readonly closed: Promise<unknown>;
  /** When the client last had an answer. */
  servedMs: number;
  /** When it was removed, as REST said; undefined where REST has left it to the bridges. */
  removedMs: number | undefined;
}

const RENT_MS = 50;
const ONE_IN = 4;
const REMOVERS = 3;
const USE_MS = 100;
/** What was on its way to us by then. */
const ON_ITS_WAY_MS = 1000;

export async function startAccounts({ all, any, rest }: Access): Promise<Accounts> {
  const granted: string[] = [];
  const doomed: Account[] = [];
  const gone: Doomed[] = [];
  /** Whom one let in that was removed. */
  const letIn: string[] = [];
  const knocks = new Set<Promise<void>>();
  let isOver = false;

  async function rent(): Promise<void> {
    for (let count = 0; !isOver; await pause(RENT_MS)) {
      const answer = await rest(any(), '', 'POST').catch(() => undefined);
      if (answer?.status !== 201) continue;
      const account: Account = await answer.json();
      count += 1;
      if (count % ONE_IN === 0) doomed.push(account);
      else granted.push(account._id);
    }
  }

  async function remove(): Promise<void> {
    for (; !isOver; await pause(RENT_MS)) {
      const account = doomed.shift();
      if (account === undefined) continue;
      const { user: username, password } = account;
      const options = { username, password };
      const client = await connectClient({ url: any().mqttUrl, ...options }).catch(() => undefined);
      const one: Doomed = {
        ...account,
        closed: client?.closed ?? Promise.resolve(),
        servedMs: 0,
        removedMs: undefined,
      };
      if (client) void use(client, one);
      const status = await removed(account._id);
      if (status === undefined) continue;
      gone.push(one);
      // It was removed by a request whose answer was lost, or is still being removed.
      if (status !== 200) continue;
      one.removedMs = performance.now();
      for (const at of all) knock(at, one);
    }
  }

  /** @returns what REST says at last; undefined where it is not to be known any more */
  async function removed(id: string): Promise<number | undefined> {
    while (!isOver) {
      const answer = await rest(any(), `/${id}`, 'DELETE').catch(() => undefined);
      if (answer !== undefined && answer.status !== 503) return answer.status;
      await pause(RENT_MS);
    }
    return undefined;
  }

  async function use(client: TestClient, one: Doomed): Promise<void> {
    try {
      for (;;) {
        await client.publish(`${one.user}/here`, 'still', { qos: 1 });
        one.servedMs = performance.now();
        await pause(USE_MS);
      }
    } catch {
      // It was sent away.
    }
  }

  /** Also at a bridge that stands still: it answers when it wakes. */
  function knock({ name, mqttUrl: url }: BridgeProcess, { user: username, password }: Account): void {
    const knocking: Promise<void> = connectClient({ url, username, password })
      .then(
        (client) => {
          letIn.push(`${username} at ${name}`);
          return client.end();
        },
        () => undefined,
      )
      .finally(() => knocks.delete(knocking));
    knocks.add(knocking);
  }

  async function listedAt(place: BridgeProcess): Promise<Set<string>> {
    const ids: string[] = [];
    for (let offset = 0; ; offset += 1000) {
      const { mqtts } = await (await rest(place, `?limit=1000&offset=${offset}`)).json();
      ids.push(...mqtts.map(({ _id }: Account) => _id));
      if (mqtts.length < 1000) break;
    }
    expect(new Set(ids).size).toBe(ids.length);
    return new Set(ids);
  }

  const lanes = Promise.all([rent(), ...Array.from({ length: REMOVERS }, remove)]);
  return {
    get count() {
      return granted.length;
    },
    get removed() {
      return gone.length;
    },
    async pause() {
      isOver = true;
      await lanes;
    },
    async expectAll() {
      await Promise.all(knocks);
      expect(letIn).toEqual([]);
      // Those that REST has left to the bridges, too.
      for (const at of all) {
        await comesTrue(async () => {
          const ids = await listedAt(at);
          // 500 does not tell whether the removal has begun: one repeats it, then.
          const left = gone.filter(({ _id, removedMs }) => removedMs === undefined && ids.has(_id));
          await Promise.all(left.map(({ _id }) => rest(at, `/${_id}`, 'DELETE')));
          expect(gone.filter(({ _id }) => ids.has(_id))).toEqual([]);
          expect(granted.filter((id) => !ids.has(id))).toEqual([]);
        });
        for (const one of gone) knock(at, one);
      }
      await Promise.all([...knocks, ...gone.map(({ closed }) => closed)]);
      expect(letIn).toEqual([]);
      const outlived = gone.filter(({ servedMs, removedMs = servedMs }) => servedMs > removedMs + ON_ITS_WAY_MS);
      expect(outlived).toEqual([]);
    },
  };
}
