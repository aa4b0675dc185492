/**
 * Pins what a client gets of its kept session that goes from bridge to bridge, while these are cut off, come back or die: nothing that was
 * acknowledged to its publisher is missing, also where it has come when that one's bridge could not know, and nothing comes again but flagged, at
 * QoS 2 nothing at all.
 */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MemoryClient } from '../../../support/brokers/memory-broker.ts';
import { ackOf, connectOf, publishOf } from '../../../support/brokers/memory-peer.ts';
import { BRIDGES, faults, MISSED_AS_IT_CAME, type Step, talk } from '../../../support/cluster/handover-steps.ts';
import { type MemoryBridge, memoryBridges } from '../../../support/cluster/memory-bridges.ts';
import { type SessionClient, sessionClient } from '../../../support/cluster/session-client.ts';

const RUNS = 300;

interface Place {
  bridge: MemoryBridge;
  writer: MemoryClient;
}

/** Comes, subscribes and leaves. */
interface Late {
  readonly client: SessionClient;
  /** So much was said before. */
  readonly since: number;
}

/** Two bridges, with a publisher at each, one client with a kept session that is there from the beginning, and others that begin one later. */
async function opened() {
  const bridges = memoryBridges();
  const reader = sessionClient('reader');
  const said = new Map<string, { readonly place: Place; readonly packetId: number }>();
  const taken = new Set<string>();
  const places: Place[] = [];
  const lates: Late[] = [];
  /** What it had to the end when it went on. */
  const over = new Map<string, number>();

  async function open(): Promise<Place> {
    const bridge = await bridges.join();
    const writer = bridge.connect(5);
    writer.send(connectOf(5, { clientId: `writer at ${bridges.clock.monotonicMs()} ${places.length}` }));
    await bridges.settle();
    return { bridge, writer };
  }

  /** What a bridge that stores nothing says of a subscription holds for as long as it lives. */
  async function begin({ bridge }: Place): Promise<void> {
    if (bridge.way.isCut) return;
    bridge.way.failNext(0);
    const client = sessionClient(`late ${lates.length}`);
    client.connect(bridge, false);
    await bridges.settle();
    client.subscribe('news');
    await bridges.settle();
    client.look();
    if (client.isSubscribed) lates.push({ client, since: said.size });
    client.drop();
  }

  function look(): void {
    for (const { look } of [reader, ...lates.map(({ client }) => client)]) look();
    for (const place of places) {
      for (const packet of place.writer.take()) {
        if (packet.kind !== 'puback' && packet.kind !== 'pubrec') continue;
        for (const [text, { place: where, packetId }] of said) {
          if (where === place && packetId === packet.packetId) taken.add(text);
        }
        if (packet.kind === 'pubrec') place.writer.send(ackOf('pubrel', packet.packetId));
      }
    }
  }

  async function take(step: Step): Promise<void> {
    const place = 'at' in step ? places[step.at] : undefined;
    const packetId = said.size + 1;
    switch (step.do) {
      case 'publish': {
        if (place === undefined) return;
        const text = `${packetId}-${step.qos}`;
        said.set(text, { place, packetId });
        place.writer.send(publishOf('news', text, { qos: step.qos, packetId }));
        await new Promise((resolve) => setImmediate(resolve));
        await place.bridge.turn();
        return;
      }
      case 'come':
        if (place !== undefined) reader.connect(place.bridge, step.isForgotten);
        return;
      case 'begin':
        if (place !== undefined) await begin(place);
        return;
      case 'answer':
        reader.answer(step.count);
        await bridges.turn();
        reader.answered();
        return;
      case 'drop':
        reader.drop();
        return;
      case 'cut':
        place?.bridge.cutOff(step.loss);
        return;
      case 'reach':
        place?.bridge.reach();
        return;
      case 'notice':
        place?.bridge.way.again();
        return;
      case 'fail':
        place?.bridge.way.failNext(step.count);
        return;
      case 'kill':
        place?.bridge.kill();
        if (place !== undefined) Object.assign(place, await open());
        return;
      case 'pass':
        await bridges.pass(step.ms);
        return;
      case 'settle':
        await bridges.settle();
    }
  }

  /** All is well again, and the client answers everything. */
  async function end(): Promise<void> {
    for (const { bridge } of places) {
      bridge.reach();
      bridge.way.failNext(0);
      bridge.way.again();
    }
    await bridges.pass(15_000);
    const [first] = places;
    const clients = [reader, ...lates.map(({ client }) => client)];
    if (first !== undefined) for (const client of clients) client.connect(first.bridge, false);
    for (let rounds = 0; rounds < 40; rounds += 1) {
      await bridges.pass(500);
      look();
      for (const client of clients) client.answer(100);
    }
  }

  for (let n = 0; n < BRIDGES; n += 1) places.push(await open());
  const [first] = places;
  if (first === undefined) throw new Error('there are two bridges');
  reader.connect(first.bridge, false);
  await bridges.settle();
  reader.subscribe('news');
  await bridges.settle();
  return { reader, lates, said, taken, over, look, take, end };
}

async function run(
  steps: readonly Step[],
): Promise<{ reader: SessionClient; lates: readonly Late[]; taken: ReadonlySet<string> }> {
  const { reader, lates, taken, look, take, end } = await opened();
  for (const step of steps) {
    await take(step);
    look();
  }
  await end();
  expect(reader.isIn).toBe(true);
  return { reader, lates, taken };
}

/** What was acknowledged after they had begun, and is missing. */
function missing(lates: readonly Late[], taken: ReadonlySet<string>): string[] {
  return lates.flatMap(({ client, since }) => {
    const got = new Set(client.got.map(({ text }) => text));
    return [...taken].filter((text) => Number.parseInt(text, 10) > since && !got.has(text));
  });
}

const doubles = (texts: readonly string[]) => texts.filter((text, index) => texts.indexOf(text) < index);

it('holds however bridges are cut off, mended and killed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(...talk, ...faults), { maxLength: 80, size: 'max' }), async (steps) => {
      const { reader, lates, taken } = await run(steps);
      const got = new Set(reader.got.map(({ text }) => text));
      expect([...taken].filter((text) => !got.has(text))).toEqual([]);
      expect(missing(lates, taken)).toEqual([]);
      expect(reader.repeated).toEqual([]);
      for (const { got } of [reader, ...lates.map(({ client }) => client)]) {
        expect(doubles(got.filter(({ isDuplicate }) => !isDuplicate).map(({ text }) => text))).toEqual([]);
        expect(doubles(got.map(({ text }) => text).filter((text) => text.endsWith('-2')))).toEqual([]);
      }
    }),
    { numRuns: RUNS, examples: [[[...MISSED_AS_IT_CAME]]] },
  );
}, 600_000);

it('brings nothing again that was acknowledged, where every bridge is well', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(...talk), { maxLength: 80, size: 'max' }), async (steps) => {
      const { reader, lates, taken } = await run(steps);
      const got = reader.got.map(({ text }) => text);
      expect([...taken].filter((text) => !got.includes(text))).toEqual([]);
      expect(missing(lates, taken)).toEqual([]);
      expect(reader.again).toEqual([]);
      expect(doubles(reader.got.filter(({ isDuplicate }) => !isDuplicate).map(({ text }) => text))).toEqual([]);
    }),
    { numRuns: RUNS },
  );
}, 600_000);
