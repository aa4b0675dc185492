/** Pins how the past of a camera is put together from what the API tells: stretches without a gap, who watched, and days. */

import { describe, expect, it } from 'vitest';
import type { OutageInfo } from '../../../src/protocol/entities/outage.ts';
import type { PastEvent } from '../../../src/protocol/entities/past-event.ts';
import { lastDays, secondsOf, spansIn, watchedIn } from '../../../src/web/console/views/camera/tabs/past.ts';

const minute = (of: number) => Date.parse('2026-11-21T10:00:00.000Z') + of * 60_000;
const at = (of: number) => new Date(minute(of)).toISOString();
const window = { fromMs: minute(0), toMs: minute(60) };

function outage(kind: OutageInfo['kind'], from: number, until: number | null): OutageInfo {
  return {
    ...{ id: `1-${minute(from)}`, camera: 1, name: 'Door', room: 'Hall', kind, reason: 'refused' },
    ...{ from: at(from), until: until === null ? null : at(until), seconds: 0, since: null },
  };
}

const spans = (outages: readonly OutageInfo[], knownFrom = -1000) =>
  spansIn(outages, window, minute(knownFrom)).map(({ kind, fromMs, toMs }) => [
    kind,
    (fromMs - minute(0)) / 60_000,
    (toMs - minute(0)) / 60_000,
  ]);

describe('the past of a camera', () => {
  it('is one stretch where nothing was wrong', () => {
    expect(spans([])).toEqual([['ok', 0, 60]]);
  });

  it('has its outages in order, cut off at the window, and what lasts goes on until its end', () => {
    expect(
      spans([outage('down', 50, null), outage('blind', 20, 30), outage('down', -10, 5), outage('down', -9, -8)]),
    ).toEqual([
      ['down', 0, 5],
      ['ok', 5, 20],
      ['blind', 20, 30],
      ['ok', 30, 50],
      ['down', 50, 60],
    ]);
  });

  it('counts no time twice where outages touch or overlap', () => {
    const found = spansIn([outage('down', 10, 20), outage('blind', 15, 25)], window, minute(-1000));
    expect([secondsOf(found, 'down'), secondsOf(found, 'blind'), secondsOf(found, 'ok')]).toEqual([600, 300, 2700]);
  });

  it('tells idle from up', () => {
    expect(spans([outage('idle', 10, 40), outage('down', 40, 45)])).toEqual([
      ['ok', 0, 10],
      ['idle', 10, 40],
      ['down', 40, 45],
      ['ok', 45, 60],
    ]);
  });

  it('says nothing of the time before there was such a camera', () => {
    expect(spans([outage('down', 40, 45)], 30)).toEqual([
      ['before', 0, 30],
      ['ok', 30, 40],
      ['down', 40, 45],
      ['ok', 45, 60],
    ]);
    expect(spans([], 90)).toEqual([['before', 0, 60]]);
  });
});

describe('who watched', () => {
  let last = 0;
  const seen = (event: 'read' | 'unread', of: number, readerId = 'a'): PastEvent => {
    last += 1;
    const details = { readerType: 'rtspSession', readerId };
    return { id: last, domain: 'camera', event, entity: 1, details, at: at(of) };
  };
  const watched = (...events: PastEvent[]) =>
    watchedIn(events.toReversed(), window).map(({ fromMs, toMs }) => [
      (fromMs - minute(0)) / 60_000,
      (toMs - minute(0)) / 60_000,
    ]);

  it('is from the first who came to the last who left', () => {
    expect(
      watched(seen('read', 5), seen('read', 6, 'b'), seen('unread', 7), seen('unread', 9, 'b'), seen('read', 50)),
    ).toEqual([
      [5, 9],
      [50, 60],
    ]);
  });

  it('was there from the beginning who left without having come', () => {
    expect(watched(seen('unread', 7), seen('unread', 8, 'b'))).toEqual([[0, 8]]);
    expect(watched()).toEqual([]);
  });
});

it('days are those of the calendar, today last and cut off at now', () => {
  const now = new Date(2026, 10, 21, 10, 30).getTime();
  const days = lastDays(3, now);
  expect(days.map(({ name }) => name)).toEqual(['2026-11-19', '2026-11-20', '2026-11-21']);
  expect(days.map(({ fromMs }) => new Date(fromMs).getHours())).toEqual([0, 0, 0]);
  expect([days[0]?.toMs, days[2]?.toMs]).toEqual([days[1]?.fromMs, now]);
});
