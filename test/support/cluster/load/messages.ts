/** Owns a hundred messages a second of two writers, which come to any bridge, and who reads them in a session that is kept: none is missing, none there twice. */

import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { comesTrue } from '../../patience.ts';
import { type Roaming, roam } from '../roaming.ts';
import { type Access, ADMIN } from './access.ts';
import { noteService, type Service } from './service.ts';

export interface Messages {
  /** That were acknowledged. */
  readonly count: number;
  /** How each client was served, whichever bridge it was at. */
  readonly services: Readonly<Record<string, Service>>;
  /** Why clients were refused or sent away lately, and how often each has come. */
  trouble(): unknown;
  /** Nothing more is said; who reads goes on. */
  pause(): Promise<void>;
  expectAll(): Promise<void>;
  end(): Promise<void>;
}

/** Of each writer, one message under way in each. */
const LANES = 5;
const EVERY_MS = 100;
const KEPT = { clean: false, properties: { sessionExpiryInterval: 600 } };

export async function startMessages({ any }: Access): Promise<Messages> {
  const services = { reader: noteService(), w1: noteService(), w2: noteService() };
  const url = () => any().mqttUrl;
  const reader = await roam(url, { ...ADMIN, clientId: 'reader', ...KEPT }, ['load/#'], services.reader.served);
  const [w1, w2] = await Promise.all([
    roam(url, { ...ADMIN, clientId: 'w1' }),
    roam(url, { ...ADMIN, clientId: 'w2' }),
  ]);
  const said: string[] = [];
  let count = 0;
  let isOver = false;

  async function publish(writer: Roaming, { served }: Service): Promise<void> {
    while (!isOver) {
      count += 1;
      const text = String(count);
      const acknowledged = writer.publish('load/n', text).then(() => {
        said.push(text);
        served();
      });
      await Promise.all([acknowledged, pause(EVERY_MS)]);
    }
  }
  const lanes = Array.from({ length: LANES }, () => [publish(w1, services.w1), publish(w2, services.w2)]);
  const all = Promise.all(lanes.flat());

  return {
    get count() {
      return said.length;
    },
    services,
    trouble: () => [w1, w2, reader].map(({ connections, refusals }) => [connections, refusals.slice(-3)]),
    async pause() {
      isOver = true;
      await all;
    },
    async expectAll() {
      await comesTrue(() => {
        const heard = new Set(reader.received.map(({ text }) => text));
        expect(said.filter((text) => !heard.has(text))).toEqual([]);
      });
      const firsts = reader.received.filter(
        ({ isDuplicate, text }) => !isDuplicate && ![w1, w2].some(({ repeated }) => repeated.has(text)),
      );
      const known = new Map<string, (typeof firsts)[number]>();
      const doubled = firsts.flatMap((one) => {
        const before = known.get(one.text);
        known.set(one.text, one);
        return before === undefined ? [] : [{ before, again: one }];
      });
      expect(doubled).toEqual([]);
    },
    async end() {
      isOver = true;
      await Promise.all([w1, w2, reader].map((client) => client.end()));
      await all;
    },
  };
}
