/** Owns moments as people read them: how long ago by the service's clock, and exactly when by their own. */

import { computed, signal } from '@preact/signals';
import { aheadMs } from './status.ts';
import { locale } from './words/language.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const TICK_MS = 10_000;

const tick = signal(0);
setInterval(() => {
  tick.value += 1;
}, TICK_MS);

const ago = computed(() => new Intl.RelativeTimeFormat(locale.value, { numeric: 'auto' }));
const exact = computed(() => new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeStyle: 'medium' }));
const time = computed(() => new Intl.DateTimeFormat(locale.value, { timeStyle: 'short' }));
const day = computed(
  () => new Intl.DateTimeFormat(locale.value, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
);

/** What the service's clock says; whoever reads it is told again now and then. */
export function nowMs(): number {
  return tick.value >= 0 ? Date.now() + aheadMs.value : 0;
}

export function agoText(at: string): string {
  const pastMs = Math.max(0, nowMs() - Date.parse(at));
  if (pastMs < MINUTE_MS) return ago.value.format(0, 'second');
  if (pastMs < HOUR_MS) return ago.value.format(-Math.floor(pastMs / MINUTE_MS), 'minute');
  if (pastMs < DAY_MS) return ago.value.format(-Math.floor(pastMs / HOUR_MS), 'hour');
  return ago.value.format(-Math.floor(pastMs / DAY_MS), 'day');
}

export function exactText(at: string): string {
  return exact.value.format(new Date(at));
}

/** The time of day, with the day unless it is today. */
export function timeText(at: string): string {
  const moment = new Date(at);
  const isToday = moment.toDateString() === new Date(nowMs()).toDateString();
  return (isToday ? time : day).value.format(moment);
}

/** Of two units at most: "2 h 5 min". */
export function lengthText(seconds: number): string {
  const units = [
    ['day', Math.floor(seconds / 86_400)],
    ['hour', Math.floor(seconds / 3600) % 24],
    ['minute', Math.floor(seconds / 60) % 60],
    ['second', Math.floor(seconds) % 60],
  ] as const;
  const first = units.findIndex(([, n]) => n > 0);
  const told = first < 0 ? units.slice(-1) : units.slice(first, first + 2).filter(([, n]) => n > 0);
  return told
    .map(([unit, n]) => new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'short' }).format(n))
    .join(' ');
}
