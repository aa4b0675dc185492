import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { durationMs } from '../../../nodes/runtime/duration.ts';
import { type ChoiceFields, eventChoice } from '../../../nodes/runtime/event/choice.ts';
import { type RowFields, rowsOf } from '../../../nodes/runtime/event/rows.ts';
import { createStays, type Stay } from '../../../nodes/runtime/event/stays.ts';
import {
  type Circumstances,
  createEventStream,
  type EventStreamSetup,
  type Told,
} from '../../../nodes/runtime/event/stream.ts';
import type { ReceivedEvent } from '../../../src/client/events.ts';
import type { CameraState } from '../../../src/protocol/events.ts';
import { manualClock } from '../../support/manual-clock.ts';

/** What a node kept for the next one; `again` is the node after a deploy. */
function stream(
  fields: Partial<Omit<ChoiceFields, 'events'> & RowFields>,
  setup: Partial<EventStreamSetup> = {},
  { clock = manualClock(), kept = {} }: { clock?: ReturnType<typeof manualClock>; kept?: object } = {},
) {
  const all = { domain: 'camera', entity: '', events: [], ...fields };
  const told: (Told & Circumstances)[] = [];
  let keep: () => Readonly<Record<string, Stay>> = () => ({});
  const memory = {
    kept: JSON.parse(JSON.stringify(kept)),
    keep: (stays: typeof keep) => {
      keep = stays;
    },
  };
  const stays = createStays(clock, memory);
  const rows = rowsOf(all);
  const created = createEventStream({
    ...rows,
    choice: eventChoice({ ...all, events: rows.rows.map(({ name }) => name) }),
    stays,
    clock,
    ignoreRetained: true,
    stateTopic: (id) => `nestmtx/state/camera/${id}`,
    tell: (message) => told.push(message),
    ...setup,
  });
  const again = (changes: Partial<RowFields> = {}) => {
    stays.close();
    return stream({ ...fields, ...changes }, setup, { clock, kept: { ...memory.kept, ...keep() } });
  };
  return { ...created, clock, names: () => told.map(({ event }) => event.name), told, again };
}

function received(event: string, more: Partial<ReceivedEvent> = {}): ReceivedEvent {
  return { domain: 'camera', event, entity: 1, details: {}, at: '', topic: 't', retained: false, ...more };
}

function state(isReady: boolean, more: Partial<CameraState> = {}): CameraState {
  const seen = { ready: isReady, demanded: false, readers: 0, since: null, reason: null, path: null };
  return { ...seen, seq: 1, online: null, enabled: true, ...more };
}

describe('a state that must last', () => {
  const minute = { holdSeconds: '60' };

  it('is told when its time is over, once, however often it is repeated', () => {
    const { event, clock, names } = stream({ events: ['notReady'], ...minute });
    event(received('notReady'));
    clock.advance(59_999);
    event(received('notReady'));
    expect(names()).toEqual([]);
    clock.advance(1);
    expect(names()).toEqual(['notReady']);
    event(received('notReady'));
    clock.advance(120_000);
    expect(names()).toEqual(['notReady']);
  });

  it('is not told when it ends before, be it by an event that nobody chose or by a retained state', () => {
    const { event, state: see, clock, names } = stream({ events: ['notReady'], ...minute });
    event(received('notReady'));
    event(received('ready'));
    event(received('notReady', { entity: 2 }));
    see(2, state(true), true);
    clock.advance(60_000);
    expect(names()).toEqual([]);
  });

  it('is not told of a camera that was removed', () => {
    const { event, state: see, clock, names } = stream({ events: ['notReady'], ...minute });
    event(received('notReady'));
    see(1, null, false);
    clock.advance(60_000);
    expect(names()).toEqual([]);
  });

  it('is told though the live state came before the event', () => {
    const { event, state: see, clock, names } = stream({ events: ['notReady'], ...minute });
    see(1, state(false), false);
    event(received('notReady'));
    clock.advance(60_000);
    expect(names()).toEqual(['notReady']);
  });

  it('counts what it has lasted before the deploy', () => {
    const { state: see, clock, names } = stream({ events: ['notReady'], ...minute, tellState: true });
    see(1, state(false, { since: new Date(clock.now() - 45_000).toISOString() }), true);
    see(2, state(false, { since: new Date(clock.now() - 90_000).toISOString() }), true);
    expect(names()).toEqual(['notReady']);
    clock.advance(15_000);
    expect(names()).toEqual(['notReady', 'notReady']);
  });

  it('leaves events that are no states as they are', () => {
    const { event, names } = stream({ events: [], ...minute });
    event(received('stalled'));
    expect(names()).toEqual(['stalled']);
  });
});

const ALARM = {
  events: [
    { name: 'notReady', after: '1 min' },
    { name: 'ready', afterAlarm: true },
  ],
  atStart: 'news',
  disabledToo: false,
} as const;

describe('an alarm', () => {
  const down = (clock: { now(): number }, agoMs: number, more: Partial<CameraState> = {}) =>
    state(false, { since: new Date(clock.now() - agoMs).toISOString(), ...more });

  it('that was told stays told over deploys, and another one is news', () => {
    const first = stream(ALARM);
    const { clock } = first;
    const fallen = down(clock, 90_000);
    first.state(1, fallen, true);
    expect(first.names()).toEqual(['notReady']);
    const second = first.again();
    second.state(1, fallen, true);
    const third = second.again();
    third.state(1, fallen, true);
    clock.advance(120_000);
    expect([...second.names(), ...third.names()]).toEqual([]);
    // Its end came, and another fall, while no node was there: nothing was told of the end.
    const other = third.again({ events: [{ name: 'notReady', after: '1 min' }] });
    other.state(1, down(clock, 61_000), true);
    expect(other.names()).toEqual(['notReady']);
  });

  it('is over only where it was told, also after a deploy', () => {
    const first = stream({ ...ALARM, atStart: 'none' });
    const { clock } = first;
    first.event(received('notReady', { at: new Date(clock.now()).toISOString() }));
    clock.advance(59_000);
    first.event(received('ready'));
    first.event(received('notReady', { at: new Date(clock.now()).toISOString() }));
    const fellAt = new Date(clock.now()).toISOString();
    clock.advance(60_000);
    expect(first.names()).toEqual(['notReady']);
    const second = first.again();
    const backAt = new Date(clock.now()).toISOString();
    second.state(1, state(true, { since: backAt }), true);
    expect(second.told).toMatchObject([{ event: { name: 'ready' }, outage: { since: fellAt, until: backAt } }]);
    second.event(received('ready'));
    const third = second.again();
    third.state(1, state(true, { since: backAt }), true);
    expect([...second.names(), ...third.names()]).toEqual(['ready']);
  });

  it('that waits at a deploy goes on waiting', () => {
    const first = stream({ ...ALARM, atStart: 'none' });
    const { clock } = first;
    first.event(received('notReady', { at: new Date(clock.now()).toISOString() }));
    const since = new Date(clock.now()).toISOString();
    clock.advance(40_000);
    const second = first.again();
    second.state(1, state(false, { since }), true);
    clock.advance(19_999);
    expect([...first.names(), ...second.names()]).toEqual([]);
    clock.advance(1);
    expect([...first.names(), ...second.names()]).toEqual(['notReady']);
  });

  it('is not told again while its end waits to be told', () => {
    const events = [
      { name: 'notReady', after: '1 min' },
      { name: 'ready', after: '10 s', afterAlarm: true },
    ];
    const { event, clock, names } = stream({ ...ALARM, events });
    event(received('notReady'));
    clock.advance(60_000);
    event(received('ready'));
    clock.advance(9000);
    event(received('notReady'));
    clock.advance(120_000);
    event(received('ready'));
    clock.advance(10_000);
    expect(names()).toEqual(['notReady', 'ready']);
  });

  it('does not ring for a camera that is switched off, and waits anew when it is switched on', () => {
    const { event, state: see, clock, names } = stream(ALARM);
    see(1, down(clock, 90_000, { enabled: false }), true);
    event(received('notReady', { entity: 2, details: { enabled: false } }));
    event(received('notReady', { entity: 3, details: { enabled: true } }));
    see(3, state(false, { enabled: false }), false);
    clock.advance(120_000);
    expect(names()).toEqual([]);
    see(1, down(clock, 90_000), false);
    clock.advance(59_999);
    expect(names()).toEqual([]);
    clock.advance(1);
    expect(names()).toEqual(['notReady']);
  });

  it('is not one of each camera where nobody can ask for them', () => {
    const { event, state: see, clock, names } = stream(ALARM);
    see(1, down(clock, 90_000, { reason: 'mediamtx-unreachable' }), true);
    event(received('notReady', { entity: 2, details: { reason: 'mediamtx-unreachable' } }));
    clock.advance(120_000);
    expect(names()).toEqual([]);
  });

  it('says how things are when it is told, and that it is to be quiet', () => {
    const { event, state: see, clock, told } = stream(ALARM);
    see(1, state(true, { path: 'door' }), true);
    const at = new Date(clock.now()).toISOString();
    event(received('notReady', { at, details: { reason: 'silent' } }));
    see(1, state(false, { path: 'door', since: at, reason: 'silent', quietUntil: '2030-01-01T00:00:00.000Z' }), false);
    clock.advance(60_000);
    expect(told).toMatchObject([
      {
        outage: { since: at, until: null },
        state: { ready: false, since: at, reason: 'silent', path: 'door' },
        isQuiet: true,
      },
    ]);
  });

  it('of a service that retains no states is told all the same', () => {
    const { event, clock, told } = stream(ALARM);
    event(received('notReady'));
    clock.advance(60_000);
    expect(told).toMatchObject([{ state: null, isQuiet: false }]);
  });
});

describe('rows of version 1', () => {
  it.each([
    [
      'a time for all events',
      { events: ['notReady', 'ready'], holdSeconds: '300', tellState: true },
      {
        rows: [
          { name: 'notReady', after: '300', afterAlarm: false },
          { name: 'ready', after: '300', afterAlarm: false },
        ],
        atStart: 'news',
        disabledToo: false,
      },
    ],
    [
      'a time for events that nobody named',
      { events: [], holdSeconds: 5 },
      { rows: [{ name: '+', after: '5', afterAlarm: false }], atStart: 'none', disabledToo: false },
    ],
    [
      'states at once',
      { events: ['demand'], holdSeconds: '0', tellState: true },
      { rows: [{ name: 'demand', after: '', afterAlarm: false }], atStart: 'always', disabledToo: true },
    ],
  ] as const)('keep their meaning: %s', (_what, fields, rows) => {
    expect(rowsOf({ ...fields, events: [...fields.events] })).toEqual(rows);
    // What the dialog saves of them means the same.
    const saved = rowsOf({ ...fields, events: [...fields.events] });
    const { rows: events, ...rest } = saved;
    expect(rowsOf({ ...rest, events, holdSeconds: '', tellState: false })).toEqual(saved);
  });
});

describe('a duration', () => {
  it.each([
    ['', 0],
    ['300', 300_000],
    [0.5, 500],
    ['30 s', 30_000],
    ['5min', 300_000],
    ['1,5 h', 5_400_000],
    ['2 Minuten', 120_000],
    ['10 Sek.', 10_000],
    ['1 day', 86_400_000],
    ['soon', undefined],
    ['-1', undefined],
    ['5 min 3', undefined],
    ['$HOLD', undefined],
  ])('%j is %j ms', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it('of any number of seconds is what it says, with its unit and without', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 86_400 }),
        fc.constantFrom('', 's', ' s', ' sec', ' Sekunden'),
        (n, unit) => {
          expect(durationMs(`${n}${unit}`)).toBe(n * 1000);
        },
      ),
    );
  });
});

describe('retained states', () => {
  it('are told at the start, and after a lost connection where something has changed', () => {
    const { event, state: see, told } = stream({ events: [], tellState: true });
    see(1, state(true), true);
    see(1, state(true), true);
    event(received('notReady'));
    see(1, state(false), false);
    see(1, state(false), true);
    see(1, state(true), true);
    expect(told.map(({ event: { name }, isRetained }) => [name, isRetained])).toEqual([
      ['ready', true],
      ['unDemand', true],
      ['notReady', false],
      ['ready', true],
    ]);
  });

  it('are not told without being asked for, nor of other cameras', () => {
    const silent = stream({ events: [] });
    silent.state(1, state(true), true);
    const other = stream({ entity: '2', tellState: true });
    other.state(1, state(true), true);
    expect([...silent.names(), ...other.names()]).toEqual([]);
  });
});

describe('retained events', () => {
  it('are passed over, or marked', () => {
    const ignoring = stream({});
    ignoring.event(received('ready', { retained: true }));
    const taking = stream({}, { ignoreRetained: false });
    taking.event(received('ready', { retained: true }));
    expect(ignoring.told).toEqual([]);
    expect(taking.told).toMatchObject([{ isRetained: true }]);
  });
});

describe('the choice of events', () => {
  it('counts outputs by position; what `+` adds comes last', () => {
    const { positionOf } = eventChoice({ domain: '+', entity: '+', events: ['ready', 'undemand', '+'] });
    expect(['ready', 'unDemand', 'stalled'].map(positionOf)).toEqual([0, 1, 2]);
  });

  it('asks for one entity, none, or all', () => {
    const filterOf = (entity: string) => eventChoice({ domain: 'camera', entity, events: [] }).filters[0];
    expect([filterOf('3'), filterOf('null'), filterOf('+'), filterOf('')].map((filter) => filter?.entity)).toEqual([
      '3',
      null,
      undefined,
      undefined,
    ]);
  });

  it('asks for several, or leaves a room to whoever knows it', () => {
    const several = eventChoice({ domain: 'camera', entity: '3, 17', entityType: 'record', events: ['ready'] });
    expect([3, 17, 1, null].map(several.isWanted)).toEqual([true, true, false, false]);
    expect(several.filters.map(({ entity }) => entity)).toEqual([undefined, undefined]);
    const room = eventChoice({ domain: 'camera', entity: 'Hall, upstairs', entityType: 'room', events: [] });
    expect([room.room, room.isWanted(5), room.camera]).toEqual(['Hall, upstairs', true, undefined]);
    expect(eventChoice({ domain: 'camera', entity: '3', entityType: 'all', events: [] }).isWanted(4)).toBe(true);
    expect(() => eventChoice({ domain: 'camera', entity: ' ', entityType: 'room', events: [] })).toThrow(/room/);
  });
});
