/** Owns the figures Google publishes for the use of its cameras: what a call counts against. */

import type { Quota } from './rate-budget.ts';

/** A second more than Google counts: calls may arrive closer together than they were sent. */
const MINUTE_MS = 61_000;
const HOUR_MS = 3_601_000;

/** Of the ten commands a minute, what is left for keeping up what runs when everybody wants a new stream. */
const RESERVED = 3;

export function listQuotas(project: string): Quota[] {
  return [{ key: `list ${project}`, limit: 5, windowMs: MINUTE_MS }];
}

/** @param isUrgent a running stream depends on it: it may use what is reserved */
export function commandQuotas(project: string, device: string, command: string, isUrgent: boolean): Quota[] {
  const reserved = isUrgent ? 0 : RESERVED;
  return [
    { key: `commands ${project}`, limit: 10 - reserved, windowMs: MINUTE_MS },
    { key: `${command} ${device}`, limit: 5, windowMs: MINUTE_MS },
    { key: `minute ${device}`, limit: 30, windowMs: MINUTE_MS },
    { key: `hour ${device}`, limit: 100 - reserved, windowMs: HOUR_MS },
  ];
}
