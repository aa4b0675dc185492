import { describe, expect, it } from 'vitest';
import { type EventFields, eventChoice } from '../../../nodes/runtime/event/choice.ts';
import { createHold } from '../../../nodes/runtime/event/hold.ts';
import { createEventStream, type EventStreamSetup, type Told } from '../../../nodes/runtime/event/stream.ts';
import type { ReceivedEvent } from '../../../src/client/events.ts';
import type { CameraState } from '../../../src/protocol/events.ts';
import { manualClock } from '../../support/manual-clock.ts';

function stream(fields: Partial<EventFields>, setup: Partial<EventStreamSetup> = {}) {
  const clock = manualClock();
  const told: Told[] = [];
  const created = createEventStream({
    choice: eventChoice({ domain: 'camera', entity: '', events: [], ...fields }),
    hold: createHold(clock),
    clock,
    holdMs: 0,
    ignoreRetained: true,
    tellsState: false,
    stateTopic: (id) => `nestmtx/state/camera/${id}`,
    tell: (message) => told.push(message),
    ...setup,
  });
  return { ...created, clock, names: () => told.map(({ event }) => event.name), told };
}

function received(event: string, more: Partial<ReceivedEvent> = {}): ReceivedEvent {
  return { domain: 'camera', event, entity: 1, details: {}, at: '', topic: 't', retained: false, ...more };
}

function state(isReady: boolean, more: Partial<CameraState> = {}): CameraState {
  const seen = { ready: isReady, demanded: false, readers: 0, since: null, reason: null, path: null };
  return { ...seen, seq: 1, online: null, enabled: true, ...more };
}

describe('a state that must last', () => {
  const minute = { holdMs: 60_000 };

  it('is told when its time is over, once, however often it is repeated', () => {
    const { event, clock, names } = stream({ events: ['notReady'] }, minute);
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
    const { event, state: see, clock, names } = stream({ events: ['notReady'] }, minute);
    event(received('notReady'));
    event(received('ready'));
    event(received('notReady', { entity: 2 }));
    see(2, state(true), true);
    clock.advance(60_000);
    expect(names()).toEqual([]);
  });

  it('is not told of a camera that was removed', () => {
    const { event, state: see, clock, names } = stream({ events: ['notReady'] }, minute);
    event(received('notReady'));
    see(1, null, false);
    clock.advance(60_000);
    expect(names()).toEqual([]);
  });

  it('is told though the live state came before the event', () => {
    const { event, state: see, clock, names } = stream({ events: ['notReady'] }, minute);
    see(1, state(false), false);
    event(received('notReady'));
    clock.advance(60_000);
    expect(names()).toEqual(['notReady']);
  });

  it('counts what it has lasted before the deploy', () => {
    const { state: see, clock, names } = stream({ events: ['notReady'] }, { ...minute, tellsState: true });
    see(1, state(false, { since: new Date(clock.now() - 45_000).toISOString() }), true);
    see(2, state(false, { since: new Date(clock.now() - 90_000).toISOString() }), true);
    expect(names()).toEqual(['notReady']);
    clock.advance(15_000);
    expect(names()).toEqual(['notReady', 'notReady']);
  });

  it('leaves events that are no states as they are', () => {
    const { event, names } = stream({ events: [] }, minute);
    event(received('stalled'));
    expect(names()).toEqual(['stalled']);
  });
});

describe('retained states', () => {
  it('are told at the start, and after a lost connection where something has changed', () => {
    const { event, state: see, told } = stream({ events: [] }, { tellsState: true });
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
    const other = stream({ entity: '2' }, { tellsState: true });
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
});
