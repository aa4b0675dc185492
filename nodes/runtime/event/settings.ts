/** Owns what the event node is told, and in which form it comes in. */

import { flag, type Kind, number, oneOf, text, textOf } from '../values.ts';
import { type EventRow, isAfter } from './rows.ts';

const LONGEST_HOLD_SECONDS = 86_400;

export const EVENT = {
  fields: {
    server: text(),
    domain: text(),
    entity: text(),
    /** What `entity` names. */
    entityType: oneOf('record', 'room', 'all'),
    events: rows(),
    /** One output for all events, or one for each that is chosen. */
    split: flag(),
    ignoreRetained: flag(),
    /** What is told at the start; empty in version 1. */
    atStart: oneOf('', 'none', 'news', 'always'),
    disabledToo: flag(),
    /** Version 1: whether the state that a camera is in is told at the start. */
    tellState: flag(),
    /** Version 1: how many seconds a state must last; 0 or empty tells it at once. */
    holdSeconds: number(0, LONGEST_HOLD_SECONDS, 0),
  },
  secrets: {},
} as const;

/** Version 1 had names alone; one alone counts as a list, too. */
function rows(): Kind<readonly (string | EventRow)[]> {
  const read = (given: unknown) => {
    const all = (Array.isArray(given) ? given : [given]).map(rowOf);
    return all.every((each) => each !== undefined) ? all : undefined;
  };
  return { absent: [], words: 'a list of events, each with a time such as 5 min or none', read };
}

function rowOf(given: unknown): string | EventRow | undefined {
  if (typeof given !== 'object' || given === null || Buffer.isBuffer(given)) return textOf(given);
  const { name, after = '', afterAlarm = false }: Partial<Record<keyof EventRow, unknown>> = given;
  const [event, time] = [textOf(name), textOf(after)];
  if (event === undefined || time === undefined || !isAfter(time)) return undefined;
  return { name: event, after: time, afterAlarm: afterAlarm === true || afterAlarm === 'true' };
}
