import { beforeEach, describe, expect, it } from 'vitest';
import type { ReceivedEvent } from '../../src/client/events.ts';
import { createBus } from '../../src/core/bus.ts';
import type { Observation } from '../../src/core/cameras/observation.ts';
import { createEventFeed } from '../../src/follow/event-feed.ts';
import type { BridgeEvent } from '../../src/protocol/events.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

const AT = '2026-11-21T16:00:00.000Z';
const NOW = '2026-11-21T17:00:00.000Z';

let observed: [string, Observation][];
let passedOn: BridgeEvent[];
let feed: (event: ReceivedEvent) => void;

beforeEach(() => {
  observed = [];
  passedOn = [];
  const log = recordingLog();
  const bus = createBus(log);
  bus.on('event', (event) => passedOn.push(event));
  const observe = async (id: string, seen: Observation) => void observed.push([id, seen]);
  feed = createEventFeed({ mirror: { observe }, bus, clock: manualClock(NOW), log });
});

function event(event: string, more: Partial<ReceivedEvent> = {}): ReceivedEvent {
  return { domain: 'camera', event, entity: 7, details: {}, at: AT, topic: 't', retained: false, ...more };
}

describe('an event of NestMTX', () => {
  it.each(['demand', 'unDemand', 'ready', 'notReady'])('%s is an observation of its camera', (name) => {
    feed(event(name, { details: { query: 'q' } }));
    expect(observed).toEqual([['7', { kind: name, at: AT, details: { query: 'q' } }]]);
    expect(passedOn).toEqual([]);
  });

  it.each(['read', 'unread'])('%s names its reader, or one that is unknown', (name) => {
    feed(event(name, { details: { readerType: 'hlsMuxer', readerId: 'x' } }));
    feed(event(name));
    const readers = observed.map(([, seen]) => 'reader' in seen && seen.reader);
    expect(readers).toEqual([
      { type: 'hlsMuxer', id: 'x' },
      { type: 'unknown', id: 'unknown' },
    ]);
  });

  it('of no known camera is passed on as it is', () => {
    feed(event('ready', { entity: null, details: { path: 'nowhere' } }));
    expect(observed).toEqual([]);
    expect(passedOn).toEqual([
      { domain: 'camera', event: 'ready', entity: null, details: { path: 'nowhere' }, at: AT },
    ]);
  });

  it('without a moment that can be read happened now', () => {
    feed(event('ready', { at: '' }));
    feed(event('extended', { at: 'soon' }));
    expect(observed[0]?.[1].at).toBe(NOW);
    expect(passedOn[0]?.at).toBe(NOW);
  });

  it.each([{}, { error: {} }, { error: 'gone' }, { error: { message: 1, status: '4' } }])(
    'failed-extension says nothing raw of %j',
    (details) => {
      feed(event('failed-extension', { details: { name: 'Door', ...details } }));
      const message = 'error' in details && details.error === 'gone' ? 'gone' : '';
      expect(passedOn[0]?.details).toEqual({ name: 'Door', error: { message, code: null, status: null } });
    },
  );

  it('that somebody retained is no news', () => {
    feed(event('ready', { retained: true }));
    feed(event('authenticated', { domain: 'credentials', retained: true }));
    expect([observed, passedOn]).toEqual([[], []]);
  });

  it.each([
    ['camera', 'created'],
    ['camera', 'stalled'],
    ['credentials', 'ready'],
    ['application', 'shutdown'],
  ])('that NestMTX does not have is ignored: %s %s', (domain, name) => {
    feed(event(name, { domain }));
    expect([observed, passedOn]).toEqual([[], []]);
  });
});
