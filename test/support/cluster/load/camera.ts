/** Owns a camera that comes and goes: each event that was acknowledged is kept once, and told over MQTT. */

import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { comesTrue } from '../../patience.ts';
import { roam } from '../roaming.ts';
import { type Access, ADMIN } from './access.ts';

export interface Camera {
  /** Events that were acknowledged. */
  readonly count: number;
  /** Events that were told twice, as ones that come late. */
  readonly toldAgain: number;
  /** Why the last change was refused. */
  readonly trouble: string;
  pause(): Promise<void>;
  expectAll(): Promise<void>;
  end(): Promise<void>;
}

interface Told {
  readonly event: string;
  readonly details: { readonly seq: number; readonly epoch: number; readonly late?: boolean };
}

const EVERY_MS = 50;
const KEPT = { clean: false, properties: { sessionExpiryInterval: 600 } };
const ENTITY = '1';

export async function startCamera({ all, any, ask }: Access): Promise<Camera> {
  await ask(any(), { command: 'create', module: 'cameras', payload: { name: 'door', room: 'hall' } });
  const topics = `nestmtx/events/camera/${ENTITY}/#`;
  const reader = await roam(() => any().mqttUrl, { ...ADMIN, clientId: 'events', ...KEPT }, [topics]);
  const acknowledged: { readonly seq: number; readonly events: readonly string[] }[] = [];
  let isOver = false;
  let trouble = '';

  async function turn(): Promise<void> {
    for (let count = 0; !isOver; count += 1) {
      const payload = { domain: 'camera', event: count % 2 === 0 ? 'ready' : 'notReady', entity: Number(ENTITY) };
      const outcome = await ask(any(), { command: 'create', module: 'events', payload }).catch((error: unknown) => {
        trouble = String(error);
        return undefined;
      });
      if (outcome?.events.length > 0) acknowledged.push({ seq: outcome.seq, events: outcome.events });
      await pause(EVERY_MS);
    }
  }

  /** Not what the broker has sent again, which says so. */
  const told = () =>
    reader.received.filter(({ isDuplicate }) => !isDuplicate).map(({ text }): Told => JSON.parse(text));
  const nameOf = ({ event, details: { seq } }: Told) => `${seq} ${event}`;
  const again = () => {
    const names = new Set<string>();
    return told().filter((one) => names.size === names.add(nameOf(one)).size);
  };

  const turning = turn();
  return {
    get count() {
      return acknowledged.length;
    },
    get toldAgain() {
      return again().length;
    },
    get trouble() {
      return trouble;
    },
    async pause() {
      isOver = true;
      await turning;
    },
    async expectAll() {
      const wanted = acknowledged.flatMap(({ seq, events }) => events.map((event) => `${seq} ${event}`));
      await comesTrue(() => {
        const heard = new Set(reader.received.map(({ text }) => nameOf(JSON.parse(text))));
        expect(wanted.filter((name) => !heard.has(name))).toEqual([]);
      });
      expect(again().filter(({ details }) => details.late !== true)).toEqual([]);
      for (const at of all) await expectKeptAt(at);
    },
    async end() {
      isOver = true;
      await turning;
      await reader.end();
    },
  };

  async function expectKeptAt(at: Access['all'][number]): Promise<void> {
    const payload = { domain: 'camera', entity: ENTITY, itemsPerPage: 1000 };
    const { items } = await ask(at, { command: 'list', module: 'events', payload });
    const seqs: number[] = items.map(({ details }: Told) => details.seq);
    expect(new Set(seqs).size).toBe(seqs.length);
    const since = Math.min(...seqs);
    expect(acknowledged.filter(({ seq }) => seq > since && !seqs.includes(seq))).toEqual([]);
  }
}
