/** Pins what the broker delivers, to whom and in which order, against a model of a page: random clients that come, go, take over and talk. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BrokerPacket, Level, QoS } from '../../../src/brokers/embedded/packets/packet.ts';
import { matches } from '../../../src/protocol/topic-match.ts';
import { type MemoryClient, memoryBroker } from '../../support/brokers/memory-broker.ts';

const IDS = ['one', 'two', 'three'] as const;
const TOPICS = ['a', 'a/b', 'a/b/c', '/a', 'b', 'a//c', '$a/b'];
const FILTERS = ['a', 'a/b', 'a/+', '+/b', '#', 'a/#', '+', '/+', 'a/+/c', '$a/#', '+/+/c'];

type Step =
  | {
      readonly do: 'connect';
      readonly id: number;
      readonly level: Level;
      readonly clean: boolean;
      readonly kept: boolean;
    }
  | { readonly do: 'leave'; readonly id: number; readonly says: boolean }
  | { readonly do: 'subscribe'; readonly id: number; readonly filter: number; readonly qos: QoS }
  | { readonly do: 'unsubscribe'; readonly id: number; readonly filter: number }
  | {
      readonly do: 'publish';
      readonly id: number;
      readonly topics: readonly number[];
      readonly qos: QoS;
      readonly retain: boolean;
    };

const id = fc.nat(IDS.length - 1);
const qos = fc.constantFrom<QoS>(0, 1, 2);
const filter = fc.nat(FILTERS.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('connect' as const),
      id,
      level: fc.constantFrom<Level>(3, 4, 5),
      clean: fc.boolean(),
      kept: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), id, says: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('subscribe' as const), id, filter, qos }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unsubscribe' as const), id, filter }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('publish' as const),
      id,
      topics: fc.array(fc.nat(TOPICS.length - 1), { minLength: 1, maxLength: 6 }),
      qos,
      retain: fc.boolean(),
    }),
  },
);

/** A delivery as somebody sees it. */
interface Seen {
  readonly topic: string;
  readonly text: string;
  readonly qos: QoS;
  readonly retain: boolean;
}

interface ModelSession {
  readonly filters: Map<string, QoS>;
  readonly queue: Seen[];
  kept: boolean;
  connected: boolean;
}

/** What should be. */
class Model {
  readonly sessions = new Map<string, ModelSession>();
  readonly retained = new Map<string, { text: string; qos: QoS }>([
    ['nestmtx/availability', { text: 'online', qos: 1 }],
  ]);

  connect(name: string, clean: boolean, kept: boolean): { present: boolean; owed: Seen[] } {
    this.leave(name);
    const known = clean ? undefined : this.sessions.get(name);
    const session = known ?? { filters: new Map(), queue: [], kept, connected: true };
    this.sessions.set(name, session);
    session.connected = true;
    session.kept = kept;
    return { present: known !== undefined, owed: session.queue.splice(0) };
  }

  leave(name: string): void {
    const session = this.sessions.get(name);
    if (session === undefined) return;
    session.connected = false;
    if (!session.kept) this.sessions.delete(name);
  }

  subscribe(name: string, wanted: string, granted: QoS): Seen[] {
    this.sessions.get(name)?.filters.set(wanted, granted);
    return [...this.retained]
      .filter(([topic]) => matches(wanted, topic))
      .map(([topic, { text, qos: published }]) => ({ topic, text, qos: lower(published, granted), retain: true }));
  }

  /** @returns what each connected session gets */
  publish(topic: string, text: string, published: QoS, retain: boolean): Map<string, Seen> {
    if (retain && text === '') this.retained.delete(topic);
    else if (retain) this.retained.set(topic, { text, qos: published });
    const now = new Map<string, Seen>();
    for (const [name, { filters, queue, kept, connected }] of this.sessions) {
      const granted = [...filters].filter(([wanted]) => matches(wanted, topic)).map(([, each]) => each);
      if (granted.length === 0) continue;
      const seen = { topic, text, qos: lower(published, Math.max(...granted) as QoS), retain: false };
      if (connected) now.set(name, seen);
      else if (kept && seen.qos > 0) queue.push(seen);
    }
    return now;
  }
}

const lower = (one: QoS, other: QoS): QoS => (one < other ? one : other);

/** A client that acknowledges whatever it gets, at once. */
class Talker {
  readonly client: MemoryClient;
  readonly level: Level;
  packetId = 0;

  constructor(client: MemoryClient, level: Level) {
    this.client = client;
    this.level = level;
  }

  /** @returns the messages among what has come, and what is no part of a handshake */
  answer(): { seen: Seen[]; others: BrokerPacket[]; isQuiet: boolean } {
    const seen: Seen[] = [];
    const others: BrokerPacket[] = [];
    const properties = {};
    const taken = this.client.take();
    for (const packet of taken) {
      if (packet.kind === 'publish') {
        const { topic, payload, qos: level, retain, packetId } = packet;
        seen.push({ topic, text: payload.toString(), qos: level, retain });
        if (level === 1) this.client.send({ kind: 'puback', packetId, reasonCode: 0, properties });
        if (level === 2) this.client.send({ kind: 'pubrec', packetId, reasonCode: 0, properties });
      } else if (packet.kind === 'pubrel') {
        this.client.send({ kind: 'pubcomp', packetId: packet.packetId, reasonCode: 0, properties });
      } else if (packet.kind === 'pubrec') {
        this.client.send({ kind: 'pubrel', packetId: packet.packetId, reasonCode: 0, properties });
      } else others.push(packet);
    }
    return { seen, others, isQuiet: taken.length === 0 };
  }
}

it('delivers what the model delivers, whoever comes and goes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), async (steps) => {
      const world = memoryBroker();
      const model = new Model();
      const talkers = new Map<string, Talker>();
      let count = 0;

      /** Lets everything happen, with every acknowledgement. @returns what each talker has seen meanwhile */
      async function rounds(): Promise<Map<string, { seen: Seen[]; others: BrokerPacket[] }>> {
        const all = new Map<string, { seen: Seen[]; others: BrokerPacket[] }>();
        for (let quiet = false; !quiet; ) {
          await world.settle();
          quiet = true;
          for (const [name, talker] of talkers) {
            const { seen, others, isQuiet } = talker.answer();
            quiet &&= isQuiet;
            const before = all.get(name) ?? { seen: [], others: [] };
            all.set(name, { seen: [...before.seen, ...seen], others: [...before.others, ...others] });
          }
        }
        return all;
      }

      for (const each of steps) {
        const name = IDS[each.id] ?? 'one';
        const talker = talkers.get(name);
        if (each.do === 'connect') {
          const client = world.connect(each.level);
          // Before MQTT 5 a session is kept or not by the flag that also cleans it.
          const kept = each.level === 5 ? each.kept : !each.clean;
          client.send({
            kind: 'connect',
            level: each.level,
            cleanStart: each.clean,
            keepAliveSeconds: 0,
            clientId: name,
            username: 'root',
            password: Buffer.from('root'),
            will: undefined,
            properties: each.level === 5 && each.kept ? { sessionExpirySeconds: 3600 } : {},
          });
          talkers.set(name, new Talker(client, each.level));
          const { present, owed } = model.connect(name, each.clean, kept);
          const { seen = [], others = [] } = (await rounds()).get(name) ?? {};
          expect(others).toMatchObject([
            { kind: 'connack', reasonCode: 0, ...(each.level > 3 && { sessionPresent: present }) },
          ]);
          expect(seen).toEqual(owed);
          if (talker !== undefined) expect(talker.client.isClosed).toBe(true);
        } else if (talker === undefined) {
        } else if (each.do === 'leave') {
          if (each.says) talker.client.send({ kind: 'disconnect', reasonCode: 0, properties: {} });
          else talker.client.cut();
          talkers.delete(name);
          model.leave(name);
          await rounds();
        } else if (each.do === 'subscribe') {
          const wanted = FILTERS[each.filter] ?? '#';
          const subscription = {
            filter: wanted,
            qos: each.qos,
            noLocal: false,
            retainAsPublished: false,
            retainHandling: 0,
          } as const;
          talker.packetId += 1;
          talker.client.send({
            kind: 'subscribe',
            packetId: talker.packetId,
            subscriptions: [subscription],
            subscriptionId: undefined,
            userProperties: [],
          });
          const due = model.subscribe(name, wanted, each.qos);
          const { seen = [], others = [] } = (await rounds()).get(name) ?? {};
          expect(others).toMatchObject([{ kind: 'suback', reasonCodes: [each.qos] }]);
          const byTopic = (list: readonly Seen[]) => list.toSorted((a, b) => (a.topic < b.topic ? -1 : 1));
          expect(byTopic(seen)).toEqual(byTopic(due));
        } else if (each.do === 'unsubscribe') {
          const wanted = FILTERS[each.filter] ?? '#';
          talker.packetId += 1;
          talker.client.send({ kind: 'unsubscribe', packetId: talker.packetId, filters: [wanted], userProperties: [] });
          model.sessions.get(name)?.filters.delete(wanted);
          const { others = [] } = (await rounds()).get(name) ?? {};
          expect(others).toMatchObject([{ kind: 'unsuback' }]);
        } else {
          const due = new Map<string, Seen[]>(IDS.map((other) => [other, []]));
          const packets = each.topics.map((index) => {
            count += 1;
            const topic = TOPICS[index] ?? 'a';
            const text = count % 5 === 0 ? '' : String(count);
            for (const [other, seen] of model.publish(topic, text, each.qos, each.retain)) due.get(other)?.push(seen);
            talker.packetId += 1;
            return {
              kind: 'publish',
              dup: false,
              qos: each.qos,
              retain: each.retain,
              topic,
              packetId: each.qos === 0 ? 0 : talker.packetId,
              payload: Buffer.from(text),
              properties: {},
            } as const;
          });
          talker.client.send(...packets);
          const happened = await rounds();
          for (const [other, expected] of due)
            expect([other, happened.get(other)?.seen ?? []]).toEqual([other, expected]);
          const acknowledged =
            each.qos === 0 ? [] : packets.map(() => ({ kind: each.qos === 1 ? 'puback' : 'pubcomp' }));
          expect(happened.get(name)?.others).toMatchObject(acknowledged);
        }
      }
      world.close();
      expect(world.log.visible().filter((line) => line.startsWith('error'))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});
