/** Pins the reducer: edge-triggered, idempotent, and whatever hints came, the last word of the poll is the state. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CameraFacts, UNSEEN } from '../../../src/core/cameras/facts.ts';
import type { Observation } from '../../../src/core/cameras/observation.ts';
import { reduce } from '../../../src/core/cameras/state.ts';

const at = '2026-11-21T10:00:00.000Z';
const reader = fc.constantFrom('a', 'b', 'c').map((id) => ({ type: 'rtspSession', id }));
const refusal = { message: 'no', code: 'UNAVAILABLE', status: 503 };
const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc.constantFrom('demand', 'unDemand', 'stalled').map((kind): Observation => ({ kind, at })),
  fc.boolean().map((onDemand): Observation => ({ kind: 'ready', at, onDemand })),
  fc
    .constantFrom('idle', 'wanted', 'lost', 'stalled')
    .map((absence): Observation => ({ kind: 'notReady', at, absence })),
  fc.constantFrom('up', 'refused', 'silent').map((finding): Observation => ({ kind: 'look', at, finding })),
  fc.constantFrom('reset', 'time', 'rejected', 'accepted').map((kind): Observation => ({ kind, at })),
  fc.constantFrom('x', 'y').map((reason): Observation => ({ kind: 'unknown', at, reason })),
  fc.tuple(fc.constantFrom('read', 'unread'), reader).map(([kind, who]): Observation => ({ kind, at, reader: who })),
  fc.constantFrom('m1', 'm2').map((key): Observation => ({ kind: 'noticed', at, what: 'motion', key })),
  fc.constantFrom('t1', 't2').map((expiresAt): Observation => ({ kind: 'extended', at, expiresAt })),
  fc
    .constantFrom('t1', 't2')
    .map((expiresAt): Observation => ({ kind: 'failed-extension', at, expiresAt, error: refusal })),
);

function run(observations: readonly Observation[], from: CameraFacts = UNSEEN) {
  const events: string[] = [];
  let facts = from;
  for (const seen of observations) {
    const step = reduce(facts, seen);
    facts = step.facts;
    events.push(...step.transitions.map(({ event }) => event));
  }
  return { facts, events };
}

describe('the camera reducer', () => {
  it('makes no second event of a fact it was told twice', () => {
    fc.assert(
      fc.property(fc.array(observation), observation, (before, seen) => {
        const once = run([...before, seen]);
        expect(run([seen], once.facts)).toEqual({ facts: once.facts, events: [] });
      }),
    );
  });

  it('alternates: ready and notReady, demand and unDemand, read and unread of one reader never repeat', () => {
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 60 }), (observations) => {
        const { events } = run(observations);
        for (const [up, down] of [
          ['ready', 'notReady'],
          ['demand', 'unDemand'],
        ]) {
          const edges = events.filter((event) => event === up || event === down);
          expect(edges.every((event, index) => event === (index % 2 === 0 ? up : down))).toBe(true);
        }
      }),
    );
  });

  it('ends where the poll says, whatever hints came before, doubled, lost or out of order', () => {
    fc.assert(
      fc.property(fc.array(observation), fc.boolean(), (hints, isReady) => {
        const poll: Observation = isReady ? { kind: 'ready', at } : { kind: 'notReady', at };
        expect(run([...hints, poll]).facts.ready).toBe(isReady);
      }),
    );
  });

  it('a feed that goes away loses its readers first', () => {
    const watch = { type: 'rtspSession', id: '1' };
    const { events, facts } = run([
      { kind: 'ready', at },
      { kind: 'read', at, reader: watch },
      { kind: 'notReady', at, absence: 'lost' },
    ]);
    expect(events).toEqual(['ready', 'read', 'unread', 'notReady']);
    expect(facts).toMatchObject({ ready: false, reason: 'no-feed', since: at });
    expect(facts.readers.size).toBe(0);
  });

  it('a feed pulled on demand that is ready must have been asked for', () => {
    expect(run([{ kind: 'ready', at, onDemand: true }]).events).toEqual(['demand', 'ready']);
  });

  it('a stall is told and takes the feed down with its reason, and ready clears the reason', () => {
    const down = run([
      { kind: 'ready', at },
      { kind: 'stalled', at },
    ]);
    expect(down.events).toEqual(['ready', 'stalled', 'notReady', 'offline']);
    expect(down.facts.reason).toBe('stalled');
    const back = run([{ kind: 'ready', at }], down.facts);
    expect(back).toMatchObject({ events: ['ready', 'online'], facts: { reason: null, online: true } });
  });

  it('doubt is told in the state alone, and whoever knows again takes it away', () => {
    const doubted = run([
      { kind: 'ready', at },
      { kind: 'unknown', at, reason: 'unreachable' },
    ]);
    expect(doubted.events).toEqual(['ready']);
    expect(doubted.facts).toMatchObject({ ready: true, reason: 'unreachable' });
    expect(run([{ kind: 'ready', at }], doubted.facts)).toMatchObject({ events: [], facts: { reason: null } });
    const idle = run([
      { kind: 'unknown', at, reason: 'unreachable' },
      { kind: 'notReady', at },
    ]).facts;
    expect(idle.reason).toBe('unreachable');
    expect(run([{ kind: 'notReady', at, absence: 'idle' }], idle).facts.reason).toBeNull();
  });

  it('forgets nobody it never knew: unread of an unknown reader is dropped', () => {
    expect(run([{ kind: 'unread', at, reader: { type: 't', id: 'x' } }]).events).toEqual([]);
  });

  it('tells what a camera notices once for each key, and judges nothing by its moment', () => {
    const noticed = (key?: string): Observation => ({
      kind: 'noticed',
      at: '2020-01-01T00:00:00.000Z',
      what: 'motion',
      ...(key && { key }),
    });
    const down = run([{ kind: 'look', at, finding: 'refused' }]).facts;
    const { facts, events } = run([noticed('a'), noticed('a'), noticed('b'), noticed('a'), noticed(), noticed()], down);
    expect(events).toEqual(['motion', 'motion', 'motion', 'motion']);
    expect({ ...facts, noticed: [] }).toEqual(down);
    const many = Array.from({ length: 200 }, (_none, n) => noticed(String(n)));
    expect(run(many).facts.noticed.length).toBeLessThan(100);
    expect(run([noticed('a'), { kind: 'reset', at }, noticed('a')]).events).toEqual(['motion']);
  });

  it('tells each extension once, and a failing one once until it succeeds', () => {
    const failing: Observation = { kind: 'failed-extension', at, expiresAt: 't1', error: refusal };
    const { events } = run([
      { kind: 'extended', at, expiresAt: 't1' },
      failing,
      failing,
      { kind: 'extended', at, expiresAt: 't2' },
      { ...failing, expiresAt: 't2' },
    ]);
    expect(events).toEqual(['extended', 'failed-extension', 'extended', 'failed-extension']);
  });
});
