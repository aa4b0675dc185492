/** Pins what becomes of an event until the broker has it: kept, in order, once, and marked when it comes late. */

import { beforeEach, describe, expect, it } from 'vitest';
import { type Bus, createBus } from '../../../src/core/bus.ts';
import { ledAlone } from '../../../src/core/cluster/leadership.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { keepEvents, OUTBOX, OUTBOX_LIMIT } from '../../../src/core/happened/outbox.ts';
import type { OutboundMessage } from '../../../src/core/ports.ts';
import type { Store } from '../../../src/core/store.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import type { BridgeEvent } from '../../../src/protocol/events.ts';
import { topicsOf } from '../../../src/protocol/topics.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { sendEvents } from '../../../src/transports/mqtt/outgoing.ts';
import { type RecordingLink, recordingLink } from '../../support/brokers/recording-link.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { comesTrue } from '../../support/patience.ts';
import { type RecordingLog, recordingLog } from '../../support/recording-log.ts';

const topics = topicsOf('n', 'plain');
let clock: ManualClock;
let log: RecordingLog;
let store: Store;
let bus: Bus;
let link: RecordingLink;
let close: () => Promise<void>;

function start(isOurs: (event: BridgeEvent) => boolean = () => true, spelling = topics): void {
  close = sendEvents({ link, topics: spelling, bus, store, leadership: ledAlone(store), clock, log, isOurs });
}

beforeEach(() => {
  clock = manualClock();
  log = recordingLog();
  store = memoryStore(COLLECTIONS);
  bus = createBus(log);
  link = recordingLink();
  start();
});

const event = (seq: number): BridgeEvent => {
  const at = new Date(Date.parse('2026-11-21T10:00:00.000Z') + seq).toISOString();
  return { domain: 'camera', event: seq % 2 === 1 ? 'ready' : 'notReady', entity: 1, details: { seq }, at };
};

/** As `Cameras` does it: kept together with a change, then told. */
async function tell(...seqs: number[]): Promise<void> {
  const told = await store.commit((tx) => keepEvents(tx, seqs.map(event)));
  for (const one of told) bus.emit('event', one);
}

const bodies = (messages: readonly OutboundMessage[], kind: string) =>
  messages.filter(({ topic }) => topic.startsWith(`n/${kind}/`)).map(({ payload }) => JSON.parse(String(payload)));
const published = (kind = 'events') => bodies(link.sent, kind).map(({ details }) => details);
const kept = () => [...store.collection(OUTBOX).values()].map(({ event: { details } }) => details['seq']);
const forgotten = () =>
  comesTrue(() => {
    clock.advance(250);
    expect(kept()).toEqual([]);
  });

/** The broker takes what it is given, and its answer is lost with the connection. */
function loseAnswers(when: (message: OutboundMessage) => boolean = () => true): () => void {
  const { publish } = link;
  link.publish = async (message) => {
    const isTaken = await publish(message);
    return isTaken && !when(message);
  };
  return () => {
    link.publish = publish;
  };
}

it('an event of a bridge that tells none is kept for the one that does, also where that was refused at first', async () => {
  await close();
  const { commit } = store;
  const leadership = { ...ledAlone(store), leads: false, whileLeading: () => async () => undefined };
  close = sendEvents({ link, topics, bus, store, leadership, clock, log, isOurs: () => true });
  // One of them was kept all the same, and nobody could say so.
  let commits = 0;
  store.commit = async (change) => {
    commits += 1;
    if (commits === 1) await commit.call(store, change);
    throw new ApiError('unavailable');
  };
  for (const seq of [1, 2]) bus.emit('event', event(seq));
  await new Promise((resolve) => setImmediate(resolve));
  store.commit = commit;
  expect(kept()).toEqual([1]);
  clock.advance(5000);
  await comesTrue(() => expect(kept()).toEqual([1, 2]));
});

describe('an event', () => {
  it('is told under the name that NestMTX sends, too, where both spellings of topics are wanted', async () => {
    const { details, at } = event(1);
    const unDemand: BridgeEvent = { domain: 'camera', event: 'unDemand', entity: 1, details, at };
    const toldAs = (from = 0) =>
      link.sent
        .slice(from)
        .filter(({ topic }) => /demand$/i.test(topic))
        .map(({ topic, payload }) => [topic, JSON.parse(String(payload)).event]);
    bus.emit('event', unDemand);
    await comesTrue(() => expect(toldAs()).toHaveLength(2));
    await close();
    const before = link.sent.length;
    start(() => true, topicsOf('n', 'both'));
    bus.emit('event', unDemand);
    await comesTrue(() =>
      expect(toldAs(before)).toEqual([
        ['n/events/camera/1/unDemand', 'unDemand'],
        ['n/stream/camera/unDemand', 'unDemand'],
        ['/n/events/camera/1/unDemand', 'unDemand'],
        ['/n/stream/camera/unDemand', 'unDemand'],
        ['n/events/camera/1/undemand', 'undemand'],
        ['n/stream/camera/undemand', 'undemand'],
      ]),
    );
  });

  it('is published at once on its topics at QoS 1, and leaves the outbox when the broker has it', async () => {
    await tell(1);
    expect(link.sent.slice(0, 2)).toMatchObject([
      { topic: 'n/events/camera/1/ready', qos: 1 },
      { topic: 'n/stream/camera/ready', qos: 1 },
    ]);
    expect(published()).toEqual([{ seq: 1 }]);
    expect(kept()).toEqual([1]);
    await forgotten();
  });

  it('waits for a broker that is away, and is late then, with the moment at which it happened', async () => {
    link.turn(false);
    await tell(1);
    await tell(2);
    clock.advance(3_600_000);
    expect([published(), kept()]).toEqual([[], [1, 2]]);
    link.turn(true);
    expect(published()).toEqual([
      { seq: 1, late: true },
      { seq: 2, late: true },
    ]);
    expect(bodies(link.sent, 'events').map(({ at }) => at)).toEqual([event(1).at, event(2).at]);
    await forgotten();
  });

  it('that came while the service was down is published after it has started', async () => {
    await close();
    await tell(1, 2);
    start();
    await tell(3);
    expect(published()).toEqual([{ seq: 1, late: true }, { seq: 2, late: true }, { seq: 3 }]);
  });

  it('goes again only where it was not taken, before what happened meanwhile', async () => {
    const heal = loseAnswers(({ topic }) => topic.startsWith('n/stream'));
    await tell(1);
    await comesTrue(() => expect(clock.waiting).toBe(1));
    link.turn(false);
    heal();
    await tell(2);
    link.turn(true);
    expect(published('events')).toEqual([{ seq: 1 }, { seq: 2, late: true }]);
    expect(published('stream')).toEqual([{ seq: 1 }, { seq: 1, late: true }, { seq: 2, late: true }]);
    await forgotten();
  });

  it('that the broker could not take for a moment is sent again by itself', async () => {
    const heal = loseAnswers();
    await tell(1);
    heal();
    await comesTrue(() => {
      clock.advance(1000);
      expect(published()).toEqual([{ seq: 1 }, { seq: 1, late: true }]);
    });
    await forgotten();
  });

  it('that no broker would ever take holds up no other', async () => {
    const { publish } = link;
    link.publish = async (message) => {
      if (message.topic.includes('/ready')) throw new Error('too large');
      return publish(message);
    };
    await tell(1, 2);
    expect(published()).toEqual([{ seq: 2 }]);
    await forgotten();
  });

  it('that nobody has kept is kept here', async () => {
    link.turn(false);
    bus.emit('event', { domain: 'credentials', event: 'authenticated', entity: 1, details: {}, at: event(1).at });
    await comesTrue(() => expect(store.collection(OUTBOX).size).toBe(1));
    link.turn(true);
    expect(published()).toEqual([{ late: true }]);
    await forgotten();
  });

  it('is published although the disk is full', async () => {
    store.commit = async () => Promise.reject(new Error('no space left'));
    bus.emit('event', event(1));
    await comesTrue(() => expect(published()).toEqual([{ seq: 1 }]));
    expect(link.retained().has(topics.lastEvent)).toBe(false);
  });

  it('that somebody else publishes is not published here, nor kept', async () => {
    await close();
    start(() => false);
    await tell(1);
    expect(published()).toEqual([]);
    await forgotten();
  });
});

describe('what the broker may have', () => {
  /** What it remembers of us is there when the next service listens. */
  function startAgain(): void {
    const memory = link.retained();
    link = recordingLink();
    const { listen } = link;
    link.listen = (filter, handler) => {
      const stop = listen(filter, handler);
      for (const [topic, payload] of memory) link.say(topic, payload, { retained: true });
      return stop;
    };
    bus = createBus(log);
    start();
  }

  it('is marked there by the last event that it took', async () => {
    await tell(1, 2);
    await comesTrue(() =>
      expect(JSON.parse(link.retained().get(topics.lastEvent) ?? '{}')).toEqual({ number: 2, at: event(2).at }),
    );
    // In one line with the events: what is acknowledged waits for room, and what is not would overtake it.
    expect(link.sent.map(({ qos }) => qos)).toEqual(Array(6).fill(1));
  });

  it('is not published again after a crash before it left the outbox', async () => {
    await tell(1, 2);
    await comesTrue(() => expect(link.retained().get(topics.lastEvent)).toContain('"number":2'));
    expect(kept()).toEqual([1, 2]);
    startAgain();
    await tell(3);
    expect(published()).toEqual([{ seq: 3 }]);
    await forgotten();
  });

  it('is published again where the broker has forgotten it', async () => {
    await tell(1);
    link = recordingLink();
    bus = createBus(log);
    start();
    expect(published()).toEqual([{ seq: 1, late: true }]);
  });

  it.each([
    ['of another installation', '{"number":1,"at":"2020-01-01T00:00:00.000Z"}'],
    ['that is none', 'online'],
    ['of another shape', '{"number":"1"}'],
  ])('is not taken for granted by a mark %s', async (_what, mark) => {
    link.turn(false);
    await tell(1);
    link.say(topics.lastEvent, mark, { retained: true });
    link.turn(true);
    expect(published()).toEqual([{ seq: 1, late: true }]);
  });
});

describe('the outbox', () => {
  it('keeps the latest of a long outage, and says once that it is too long', async () => {
    link.turn(false);
    for (let seq = 1; seq <= OUTBOX_LIMIT + 3; seq += 1) await tell(seq);
    expect([kept().length, kept()[0]]).toEqual([OUTBOX_LIMIT, 4]);
    link.turn(true);
    expect([published().length, published()[0].seq]).toEqual([OUTBOX_LIMIT, 4]);
    expect(log.visible()).toEqual(['warn: the MQTT broker is away for long: it will miss the oldest events']);
    await forgotten();
  });

  it('is cleared of what was under way when the service ends', async () => {
    await tell(1, 2);
    await close();
    expect([kept(), clock.waiting]).toEqual([[], 0]);
  });

  it('is not waited for when the broker does not answer', async () => {
    link.publish = () => new Promise(() => undefined);
    await tell(1);
    const closed = close();
    clock.advance(1000);
    await closed;
    expect(kept()).toEqual([1]);
  });
});
