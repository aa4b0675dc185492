/** Owns the past of a camera as stretches of time within a window, made of its outages and of who came and went. Pure. */

import type { OutageInfo } from '../../../../../protocol/entities/outage.ts';
import type { PastEvent } from '../../../../../protocol/entities/past-event.ts';

export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

export type SpanKind = 'ok' | 'idle' | 'down' | 'blind' | 'before';

export interface Span extends TimeWindow {
  readonly kind: SpanKind;
  readonly outage?: OutageInfo;
}

/** A day of the calendar here, cut off at now. */
export interface Day extends TimeWindow {
  /** Such as `2026-11-29`. */
  readonly name: string;
}

/** Between two moments that were noted apart, nothing was so for so short. */
const SLIVER_MS = 1000;

/** @param knownFromMs before that there was no such camera. @returns without a gap, in order */
export function spansIn(outages: readonly OutageInfo[], window: TimeWindow, knownFromMs: number): readonly Span[] {
  const spans: Span[] = [];
  let atMs = window.fromMs;
  const fill = (kind: 'ok' | 'before', untilMs: number) => {
    const toMs = Math.min(untilMs, window.toMs);
    const leastMs = kind === 'ok' ? SLIVER_MS : 0;
    if (toMs > atMs + leastMs) spans.push({ kind, fromMs: atMs, toMs });
    atMs = Math.max(atMs, toMs);
  };
  fill('before', knownFromMs);
  for (const outage of outages.toSorted((one, other) => Date.parse(one.from) - Date.parse(other.from))) {
    const fromMs = Math.max(atMs, Date.parse(outage.from));
    const toMs = Math.min(window.toMs, outage.until === null ? window.toMs : Date.parse(outage.until));
    if (toMs <= fromMs) continue;
    fill('ok', fromMs);
    spans.push({ kind: outage.kind, fromMs, toMs, outage });
    atMs = toMs;
  }
  fill('ok', window.toMs);
  return spans;
}

/** @param events of the window, in any order. Whoever left without having come was there from its beginning on. */
export function watchedIn(events: readonly PastEvent[], window: TimeWindow): readonly TimeWindow[] {
  const spans: TimeWindow[] = [];
  const readers = new Set<string>();
  let sinceMs: number | undefined;
  let hasSomebodyCome = false;
  for (const { event, at, details } of events.toSorted((one, other) => one.id - other.id)) {
    const reader = `${String(details['readerType'])}:${String(details['readerId'])}`;
    const atMs = Date.parse(at);
    if (event === 'read') {
      readers.add(reader);
      hasSomebodyCome = true;
      sinceMs ??= atMs;
    } else if (event === 'unread') {
      readers.delete(reader);
      if (!hasSomebodyCome) spans[0] = { fromMs: window.fromMs, toMs: atMs };
      if (readers.size > 0 || sinceMs === undefined) continue;
      spans.push({ fromMs: sinceMs, toMs: atMs });
      sinceMs = undefined;
    }
  }
  if (sinceMs !== undefined) spans.push({ fromMs: sinceMs, toMs: window.toMs });
  return spans;
}

export function secondsOf(spans: readonly Span[], kind: SpanKind): number {
  const ofKind = spans.filter((span) => span.kind === kind);
  return ofKind.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) / 1000;
}

/** Today last. */
export function lastDays(count: number, nowMs: number): readonly Day[] {
  const today = new Date(nowMs);
  return Array.from({ length: count }, (_, index) => {
    const back = count - 1 - index;
    const begin = new Date(today.getFullYear(), today.getMonth(), today.getDate() - back);
    const end = new Date(today.getFullYear(), today.getMonth(), today.getDate() - back + 1);
    const [month, day] = [begin.getMonth() + 1, begin.getDate()].map((part) => String(part).padStart(2, '0'));
    const name = `${begin.getFullYear()}-${month}-${day}`;
    return { name, fromMs: begin.getTime(), toMs: Math.min(end.getTime(), nowMs) };
  });
}
