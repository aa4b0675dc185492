/** Pins that an event is told once in a cluster, wherever the bridge that tells it dies: seen by somebody, it is known to the next one that leads. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeMessage } from '../../src/brokers/embedded/backbone/live-message.ts';
import { Message } from '../../src/brokers/embedded/message.ts';
import { type Bus, createBus } from '../../src/core/bus.ts';
import type { Begin, Leadership } from '../../src/core/cluster/leadership.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { keepEvents } from '../../src/core/happened/outbox.ts';
import type { MqttLink, OutboundMessage } from '../../src/core/ports.ts';
import type { Store } from '../../src/core/store.ts';
import { topicsOf } from '../../src/protocol/topics.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { sendEvents } from '../../src/transports/mqtt/outgoing.ts';
import { tenants } from '../support/brokers/directory.ts';
import type { TestClient, TestClientOptions } from '../support/brokers/mqtt-client.ts';
import { type Bridge, startBridge } from '../support/cluster/brokers.ts';
import { come } from '../support/cluster/coming.ts';
import { type NatsCluster, natsIsMissing, startNats } from '../support/cluster/nats.ts';
import { comesTrue } from '../support/patience.ts';
import { recordingLog } from '../support/recording-log.ts';
import { systemClock } from '../support/system-clock.ts';

const topics = topicsOf('nestmtx', 'both');
const SECOND_LAST = 'nestmtx/stream/camera/ready';

interface Teller {
  readonly bridge: Bridge;
  lead(): void;
  /** Topics of events that the broker has taken, and of the mark as soon as it is to be said. */
  readonly said: readonly string[];
  /** As `kill -9` does, just before it would say a message. */
  dieBefore(isMeant: (message: OutboundMessage) => boolean): Promise<void>;
  /** The same when other bridges have heard it, and it is in no queue yet. */
  dieAfterSaying(isMeant: (message: OutboundMessage) => boolean): Promise<void>;
}

const isMark = ({ topic }: OutboundMessage) => topic === topics.lastEvent;
const seqOf = (text: string): unknown => JSON.parse(text).details.seq;

const messageOf = ({ topic, payload, name }: OutboundMessage) =>
  new Message({
    ...{ topic, payload: Buffer.from(payload), qos: 1, retain: false, properties: {}, account: '', id: name },
  });

describe.skipIf(natsIsMissing)('an event in a cluster', () => {
  let cluster: NatsCluster;
  let store: Store;
  let bus: Bus;
  let prefixes = 0;
  const ends: (() => unknown)[] = [];

  beforeAll(async () => {
    cluster = await startNats();
  });
  beforeEach(() => {
    prefixes += 1;
    // The log, as all of them have it.
    store = memoryStore(COLLECTIONS);
    bus = createBus(recordingLog());
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  afterAll(() => cluster?.stop());

  async function join(): Promise<Teller> {
    const bridge = await startBridge(cluster, tenants(), { prefix: `once-${prefixes}` });
    let isDead = false;
    let dying: ((message: OutboundMessage) => boolean) | undefined;
    let saysIt = false;
    const said: string[] = [];
    let died = () => {};
    const never = new Promise<never>(() => undefined);
    const { link } = bridge.broker;
    const mortal: MqttLink = {
      ...link,
      get up() {
        return link.up;
      },
      async publish(message) {
        if (!isDead && dying?.(message) === true) {
          isDead = true;
          if (saysIt) bridge.exchange.say('', writeMessage(messageOf(message)));
          await bridge.exchange.caughtUp();
          await bridge.connection.close();
          died();
        }
        if (isDead) return never;
        if (isMark(message)) said.push(message.topic);
        const isTaken = await link.publish(message);
        if (!isMark(message)) said.push(message.topic);
        return isTaken;
      },
    };
    const begins: Begin[] = [];
    const leadership: Pick<Leadership, 'leads' | 'whileLeading'> = {
      leads: true,
      whileLeading(begin) {
        begins.push(begin);
        return async () => undefined;
      },
    };
    const own = { link: mortal, exchange: bridge.exchange, leadership, log: recordingLog() };
    const stop = sendEvents({ ...own, topics, bus, store, clock: systemClock, isOurs: () => true });
    ends.push(
      // What is dead has nothing to wait for.
      () => (isDead ? void bridge.stop() : bridge.stop()),
      () => (isDead ? undefined : stop()),
    );
    return {
      bridge,
      said,
      lead() {
        for (const begin of begins) begin({ takesOver: true });
      },
      dieBefore: (isMeant) => die(isMeant, false),
      dieAfterSaying: (isMeant) => die(isMeant, true),
    };

    function die(isMeant: (message: OutboundMessage) => boolean, isSaid: boolean): Promise<void> {
      [dying, saysIt] = [isMeant, isSaid];
      return new Promise((resolve) => {
        died = resolve;
      });
    }
  }

  async function reader({ bridge: { url } }: Teller, options: Partial<TestClientOptions> = {}): Promise<TestClient> {
    const client = await come({ url, username: 'root', password: 'root', ...options });
    ends.push(() => client.destroy());
    await client.subscribe(['nestmtx/events/#', 'nestmtx/stream/#', '/nestmtx/events/#', '/nestmtx/stream/#']);
    return client;
  }

  async function happens(seq: number): Promise<void> {
    const at = new Date(seq).toISOString();
    const event = { domain: 'camera', event: 'ready', entity: 1, details: { epoch: 1, seq }, at } as const;
    const told = await store.commit((tx) => keepEvents(tx, [event]));
    for (const one of told) bus.emit('event', one);
  }

  /** As often as it came on each topic, with whether it was late. */
  const seen = ({ received }: TestClient, seq: number) =>
    received
      .filter(({ text }) => seqOf(text) === seq)
      .map(({ topic, text }) => `${topic}${JSON.parse(text).details.late === true ? ' late' : ''}`)
      .sort((one, other) => one.localeCompare(other));
  const LAST = topics.event('camera', 1, 'ready').at(-1);
  const ALL = topics.event('camera', 1, 'ready').sort((one, other) => one.localeCompare(other));

  it.each([2, 3])('is told once where the bridge that led dies between it and its mark, of %i', async (count) => {
    const [first, next, third] = [await join(), await join(), count === 3 ? await join() : undefined];
    const readers = await Promise.all([reader(next), ...(third ? [reader(third)] : [])]);
    first.lead();
    await happens(1);
    for (const each of readers) await each.next(({ topic }) => topic === LAST);
    const died = first.dieBefore(isMark);
    await happens(2);
    await died;
    // Whoever leads next does so two seconds later.
    for (const each of readers) await each.next(({ topic, text }) => topic === LAST && seqOf(text) === 2);
    next.lead();
    await happens(3);
    for (const each of readers) {
      await each.next(({ topic, text }) => topic === LAST && seqOf(text) === 3);
      expect(seen(each, 2)).toEqual(ALL);
      expect(seen(each, 3)).toEqual(ALL);
    }
  });

  it('is told once where the one that leads next was not there, and another one was', async () => {
    const [first, another] = [await join(), await join()];
    const client = await reader(another);
    first.lead();
    const died = first.dieBefore(isMark);
    await happens(1);
    await died;
    await client.next(({ topic }) => topic === LAST);
    const next = await join();
    next.lead();
    await happens(2);
    await client.next(({ topic, text }) => topic === LAST && seqOf(text) === 2);
    expect(seen(client, 1)).toEqual(ALL);
  });

  it('is marked as told when it is in the queues of kept sessions, and not before', async () => {
    const [first] = [await join(), await join()];
    const away = await reader(first, { clientId: 'kept', clean: false, properties: { sessionExpiryInterval: 600 } });
    first.lead();
    await happens(1);
    await away.next(({ topic }) => topic === LAST);
    await comesTrue(() => expect(first.said.at(-1)).toBe(topics.lastEvent));
    expect(first.said.slice(0, -1).sort((one, other) => one.localeCompare(other))).toEqual(ALL);
  });

  it('is told on the topics that are left where the bridge that led dies between two of them', async () => {
    const [first, next] = [await join(), await join()];
    const client = await reader(next);
    first.lead();
    const died = first.dieBefore(({ topic }) => topic === SECOND_LAST);
    await happens(1);
    await died;
    await client.next();
    next.lead();
    await happens(2);
    await client.next(({ topic, text }) => topic === LAST && seqOf(text) === 2);
    expect(seen(client, 1).map((told) => told.replace(' late', ''))).toEqual(ALL);
  });

  it('is in the queue of a kept session once where the bridge that led dies before it could put it there, and nobody else has it twice', async () => {
    const kept = { clientId: 'kept', clean: false, properties: { sessionExpiryInterval: 600 } };
    const [first, next] = [await join(), await join()];
    const client = await reader(next);
    const away = await reader(first, kept);
    first.lead();
    await happens(1);
    await away.next(({ topic }) => topic === LAST);
    const died = first.dieAfterSaying(() => true);
    await happens(2);
    await died;
    await client.next(({ text }) => seqOf(text) === 2);
    await away.destroy();
    next.lead();
    await happens(3);
    const back = await reader(next, kept);
    await back.next(({ topic, text }) => topic === LAST && seqOf(text) === 3);
    await client.next(({ topic, text }) => topic === LAST && seqOf(text) === 3);
    expect(seen(back, 2).map((told) => told.replace(' late', ''))).toEqual(ALL);
    expect(seen(client, 2).map((told) => told.replace(' late', ''))).toEqual(ALL);
  });

  it('is told by the next one, and late, where the bridge that led had said nothing of it', async () => {
    const [first, next] = [await join(), await join()];
    const client = await reader(next);
    first.lead();
    const died = first.dieBefore(() => true);
    await happens(1);
    await died;
    next.lead();
    await client.next(({ topic }) => topic === LAST);
    expect(seen(client, 1)).toEqual(ALL.map((topic) => `${topic} late`));
  });
});
