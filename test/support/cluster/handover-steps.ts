/** Owns what may happen to two bridges, their publishers and the clients of kept sessions, in any order. */

import fc from 'fast-check';
import type { Loss } from './memory-way.ts';

const LOSSES: readonly Loss[] = ['is not done', 'is done', 'is done later'];
export const BRIDGES = 2;

const at = fc.nat(BRIDGES - 1);
const qos = fc.constantFrom<1 | 2>(1, 2);
export const talk = [
  { weight: 8, arbitrary: fc.record({ do: fc.constant('publish' as const), at, qos }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('answer' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('come' as const), at, isForgotten: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'drop' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('begin' as const), at }) },
  { weight: 4, arbitrary: fc.constant({ do: 'settle' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 20 }).map((n) => n * 100) }),
  },
];
export const faults = [
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), at, loss: fc.constantFrom(...LOSSES) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reach' as const), at }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('notice' as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fail' as const), at, count: fc.integer({ min: 1, max: 4 }) }) },
];
export type Step =
  | { readonly do: 'publish'; readonly at: number; readonly qos: 1 | 2 }
  | { readonly do: 'answer'; readonly count: number }
  | { readonly do: 'come'; readonly at: number; readonly isForgotten: boolean }
  | { readonly do: 'cut'; readonly at: number; readonly loss: Loss }
  | { readonly do: 'reach' | 'notice' | 'kill' | 'begin'; readonly at: number }
  | { readonly do: 'fail'; readonly at: number; readonly count: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'drop' | 'settle' };

/** Something was missed while the queue of the client that comes had been read, and something else came behind it before the client was in. */
export const MISSED_AS_IT_CAME: readonly Step[] = [
  { do: 'cut', at: 0, loss: 'is not done' },
  { do: 'reach', at: 0 },
  { do: 'come', at: 0, isForgotten: false },
  { do: 'answer', count: 1 },
  { do: 'cut', at: 0, loss: 'is not done' },
  { do: 'publish', at: 1, qos: 1 },
  { do: 'reach', at: 0 },
  { do: 'publish', at: 0, qos: 1 },
];
