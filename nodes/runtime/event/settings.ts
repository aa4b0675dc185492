/** Owns what the event node is told, and in which form it comes in. */

import { flag, number, text, texts } from '../values.ts';

const LONGEST_HOLD_SECONDS = 86_400;

export const EVENT = {
  fields: {
    server: text(),
    domain: text(),
    entity: text(),
    events: texts(),
    /** One output for all events, or one for each that is chosen. */
    split: flag(),
    ignoreRetained: flag(),
    /** Whether the state that a camera is in is told at the start. */
    tellState: flag(),
    /** How many seconds a state must last; 0 or empty tells it at once. */
    holdSeconds: number(0, LONGEST_HOLD_SECONDS, 0),
  },
  secrets: {},
} as const;
