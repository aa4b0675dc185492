/**
 * Owns clients that are away while something fails, each with a session that is kept: each comes back at another bridge than it left, and gets what was
 * said meanwhile, all of it, once, in order.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { BridgeProcess } from '../bridges.ts';
import { come } from '../coming.ts';
import { roam } from '../roaming.ts';
import { type Access, ADMIN } from './access.ts';

export interface Away {
  /** They leave, and something is said to them from now on. */
  leave(): Promise<void>;
  /** They come back, and have everything. @throws where one has not */
  comeBack(): Promise<void>;
  end(): Promise<void>;
}

interface Client {
  readonly clientId: string;
  home: BridgeProcess;
  /** What was said to it, by QoS. */
  said: Record<1 | 2, string[]>;
  readonly had: Set<string>;
  /** By what it knows that it has all. */
  last: string;
}

const EVERY_MS = 50;
const KEPT = { clean: false, properties: { sessionExpiryInterval: 600 } };

export async function sendAway({ all, any }: Access): Promise<Away> {
  const clients = all.map(
    (home): Client => ({ clientId: `away-${home.name}`, home, said: { 1: [], 2: [] }, last: '', had: new Set() }),
  );
  const writer = await roam(() => any().mqttUrl, { ...ADMIN, clientId: 'caller' });
  let count = 0;
  let isAway = false;
  let saying: Promise<unknown> = Promise.resolve();

  const comeTo = ({ mqttUrl: url }: BridgeProcess, { clientId }: Client) => come({ url, ...ADMIN, clientId, ...KEPT });

  async function say(client: Client): Promise<void> {
    const { clientId, said } = client;
    while (isAway) {
      for (const qos of [1, 2] as const) {
        count += 1;
        const text = String(count);
        await writer.publish(`away/${clientId}/${qos}`, text, qos);
        said[qos].push(text);
      }
      await pause(EVERY_MS);
    }
    client.last = `last-${count}`;
    await writer.publish(`away/${clientId}/1`, client.last);
  }

  async function fetchQueue(client: Client): Promise<void> {
    const { clientId, said, had } = client;
    client.home = otherThan(client.home);
    const back = await comeTo(client.home, client);
    const next = (qos: 1 | 2, text: string) =>
      back.next((message) => message.topic === `away/${clientId}/${qos}` && message.text === text);
    await next(1, client.last);
    const last = said[2].at(-1);
    if (last !== undefined) await next(2, last);
    for (const qos of [1, 2] as const) {
      const got = back.received.filter(({ topic, text }) => topic.endsWith(`/${qos}`) && !text.startsWith('last'));
      // What it had before, and its bridge had no time to note, may come again at QoS 1, and says so.
      const isAgain = ({ text, dup }: (typeof got)[number]) => qos === 1 && dup && had.has(text);
      const texts = got.filter((one) => !isAgain(one)).map(({ text }) => text);
      const once = texts.filter((text, i) => !writer.repeated.has(text) || texts.indexOf(text) === i);
      expect(once).toEqual(said[qos]);
    }
    for (const { text } of back.received) had.add(text);
    client.said = { 1: [], 2: [] };
    await back.end();
  }

  const otherThan = (home: BridgeProcess) => all.find((one) => one !== home && one.isRunning) ?? home;

  for (const client of clients) {
    const own = await comeTo(client.home, client);
    await own.subscribe(`away/${client.clientId}/#`, { qos: 2 });
    await own.end();
  }
  return {
    async leave() {
      isAway = true;
      saying = Promise.all(clients.map(say));
    },
    async comeBack() {
      isAway = false;
      await saying;
      await Promise.all(clients.map(fetchQueue));
    },
    async end() {
      isAway = false;
      await writer.end();
      await saying;
    },
  };
}
