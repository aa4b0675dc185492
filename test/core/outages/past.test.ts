/** Pins that up, down and blind are the window, whatever happens and whenever it is asked; and that a past stays within its bounds. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginning, cut, type Past, turned } from '../../../src/core/outages/past.ts';
import type { Condition, PastStretchRecord } from '../../../src/core/outages/records.ts';
import { uptimeOf } from '../../../src/core/outages/uptime.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const REASONS: Readonly<Record<Condition, readonly (string | null)[]>> = {
  up: [null],
  down: ['refused', 'no-feed'],
  blind: ['mediamtx-unreachable', 'service-stopped'],
  idle: [null],
};
const turn = fc
  .constantFrom<Condition>('up', 'down', 'blind', 'idle')
  .chain((condition) =>
    fc.record({ condition: fc.constant(condition), reason: fc.constantFrom(...REASONS[condition]) }),
  );
const passing = fc.tuple(turn, fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 3 * DAY_MS })));
/** Somebody sets the clock, too. */
const jumping = fc.tuple(turn, fc.integer({ min: -DAY_MS, max: 2 * DAY_MS }));
const window = fc.integer({ min: 1, max: 30 * DAY_MS });

describe('the past of a camera', () => {
  it('up, down and blind are the window, also when the clock is set back', () => {
    fc.assert(
      fc.property(fc.array(jumping, { maxLength: 60 }), window, (steps, windowMs) => {
        const { past, nowMs } = lived(steps);
        const { upMs, downMs, blindMs } = uptimeOf(past, windowMs, nowMs);
        expect(upMs + downMs + blindMs).toBe(windowMs);
        for (const part of [upMs, downMs, blindMs]) expect(part).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('up and down are what each moment of the window was', () => {
    fc.assert(
      fc.property(fc.array(passing, { maxLength: 60 }), window, (steps, windowMs) => {
        const { past, nowMs, spans } = lived(steps);
        const spentMs = (condition: Condition) =>
          spans
            .filter((span) => span.condition === condition)
            .reduce((sum, { fromMs, toMs }) => sum + Math.max(0, toMs - Math.max(fromMs, nowMs - windowMs)), 0);
        const [upMs, downMs] = [spentMs('up'), spentMs('down')];
        const ratio = upMs + downMs === 0 ? null : upMs / (upMs + downMs);
        expect(uptimeOf(past, windowMs, nowMs)).toEqual({ upMs, downMs, blindMs: windowMs - upMs - downMs, ratio });
      }),
    );
  });

  it('of a camera that nobody has told of is blind altogether', () => {
    expect(uptimeOf(undefined, DAY_MS, 0)).toEqual({ upMs: 0, downMs: 0, blindMs: DAY_MS, ratio: null });
  });

  it('keeps 2,000 stretches of each condition: who watches a camera often pushes no fall out', () => {
    const many = (condition: Condition, count: number, firstMs: number): PastStretchRecord[] =>
      Array.from({ length: count }, (_none, index) => {
        const fromMs = firstMs + index * 1000;
        return { id: `1-${fromMs}`, cameraId: '1', condition, reason: null, fromMs, toMs: fromMs + 500 };
      });
    const stretches = [...many('down', 1, 1000), ...many('idle', 2000, 10_000)];
    let past: Past = { now: { ...beginning('1', 3_000_000).now, condition: 'up', knownSinceMs: 0 }, stretches };
    const go = (...conditions: readonly Condition[]) => {
      for (const condition of conditions) {
        past = turned(past, { condition, reason: null }, past.now.fromMs + 1000).past;
      }
    };
    go('idle', 'up', 'idle', 'up');
    expect(counted(past)).toEqual({ down: 1, idle: 2000 });
    past = { ...past, stretches: [...past.stretches, ...many('down', 1999, 4_000_000)] };
    past = { ...past, now: { ...past.now, fromMs: 6_000_000 } };
    go('down', 'up', 'down', 'up');
    expect(counted(past)).toEqual({ down: 2000, idle: 2000 });
    // What was given up is not said to have been up.
    const [oldestIdle] = past.stretches;
    const { upMs, downMs, blindMs } = uptimeOf(past, DAY_MS, past.now.fromMs);
    expect(upMs + downMs + blindMs).toBe(DAY_MS);
    expect(past.now.knownSinceMs).toBeGreaterThan(oldestIdle?.toMs ?? 0);
    expect(upMs + downMs).toBe(past.now.fromMs - past.now.knownSinceMs);
  });

  it('keeps 90 days, and says which records go', () => {
    let past = beginning('1', 0);
    for (const [condition, atMs] of [
      ['down', DAY_MS],
      ['up', 2 * DAY_MS],
      ['down', 50 * DAY_MS],
      ['up', 51 * DAY_MS],
    ] as const) {
      past = turned(past, { condition, reason: null }, atMs).past;
    }
    expect(cut(past, 91 * DAY_MS).given.map(({ id }) => id)).toEqual(['1-0']);
    expect(cut(past, 92 * DAY_MS).given.map(({ id }) => id)).toEqual(['1-0', `1-${DAY_MS}`]);
    expect(cut(past, 92 * DAY_MS).past.stretches.map(({ fromMs }) => fromMs)).toEqual([50 * DAY_MS]);
  });
});

type Step = readonly [{ readonly condition: Condition; readonly reason: string | null }, number];

/** The same life, as the past has it and as it was. */
function lived(steps: readonly Step[]) {
  let nowMs = 100 * DAY_MS;
  let past: Past = beginning('1', nowMs);
  let condition: Condition = 'idle';
  const spans: { condition: Condition; fromMs: number; toMs: number }[] = [];
  for (const [told, passesMs] of steps) {
    spans.push({ condition, fromMs: nowMs, toMs: nowMs + passesMs });
    nowMs += passesMs;
    past = turned(past, told, nowMs).past;
    ({ condition } = told);
  }
  return { past, nowMs, spans };
}

function counted({ stretches }: Past): object {
  const counts: Partial<Record<Condition, number>> = {};
  for (const { condition } of stretches) counts[condition] = (counts[condition] ?? 0) + 1;
  return counts;
}
