/** Owns the comparison after a run of faults: what was told, event by event and outage by outage, beside what really happened. */

import type { TestCamera } from './cameras.ts';
import { carriersOf, reasonOf, settlingMs } from './expected.ts';
import type { Heard } from './hearing.ts';
import type { OutageTold } from './house.ts';
import type { Span, Truth } from './truth.ts';

interface Case {
  readonly camera: TestCamera & { readonly id: number };
  readonly truth: Truth;
  readonly heard: readonly Heard[];
  readonly outages: readonly OutageTold[];
  readonly endMs: number;
}

/** What was told may be this much older or newer than what we know of: a look was under way, a camera took its time to stop. */
const BLUR_MS = 6000;
/** The first looks after a start, and what MediaMTX needs to get its cameras again. */
const RECOVERY_MS = 20_000;

/** @returns what was told wrong, a line each */
export function judge(one: Case): string[] {
  const { camera } = one;
  const faults = [...inOrder(one), ...alternates(one), ...alarms(one), ...past(one)];
  return faults.map((fault) => `${camera.name}: ${fault}`);
}

/** Of one camera, each once. */
function told({ camera, heard }: Case): Heard[] {
  const known = new Set<unknown>();
  return heard.filter(({ event, isAgain }) => {
    if (event.domain !== 'camera' || event.entity !== camera.id) return false;
    const { seq } = event.details;
    const isFirst = !known.has(seq);
    known.add(seq);
    return isFirst || !isAgain;
  });
}

function inOrder(one: Case): string[] {
  const numbers = told(one).map(({ event }) => Number(event.details['seq']));
  const wrong = numbers.filter((seq, index) => index > 0 && seq <= (numbers[index - 1] ?? 0));
  return wrong.map((seq) => `event ${seq} came twice, or out of order`);
}

function alternates(one: Case): string[] {
  const pairs = [
    ['ready', 'notReady'],
    ['offline', 'online'],
    ['demand', 'unDemand'],
  ];
  return pairs.flatMap((pair) => {
    const names = told(one).flatMap(({ event }) => (pair.includes(event.event) ? [event.event] : []));
    const wrong = names.filter((name, index) => name === names[index - 1] || (index === 0 && name !== pair[0]));
    return wrong.map((name) => `${name} twice, or first`);
  });
}

interface Down {
  readonly fromMs: number;
  readonly toMs: number;
  readonly hows: readonly Span[];
}

/** Times in which it was not well, whatever it was. */
function downs({ camera, truth }: Case): Down[] {
  const all: Down[] = [];
  let open: Span[] = [];
  for (const span of truth.spans(camera.name)) {
    if (span.how !== 'well') open.push(span);
    else if (open.length > 0) {
      all.push({ fromMs: open[0]?.fromMs ?? 0, toMs: span.fromMs, hows: open });
      open = [];
    }
  }
  if (open.length > 0) all.push({ fromMs: open[0]?.fromMs ?? 0, toMs: Number.POSITIVE_INFINITY, hows: open });
  return all;
}

/** Each time that it was down, and could be seen to be, was told once, with a cause that held; and nothing else was. */
function alarms(one: Case): string[] {
  const { camera, truth, endMs } = one;
  const turns = told(one).filter(({ event }) => event.event === 'offline' || event.event === 'online');
  const alarmsOf = (down: Down) =>
    turns.filter(
      ({ event, atMs }) => event.event === 'offline' && atMs >= down.fromMs - 500 && atMs <= down.toMs + BLUR_MS,
    );
  const all = downs(one);
  const known = new Set(all.flatMap(alarmsOf));
  const faults = turns
    .filter((turn) => turn.event.event === 'offline' && !known.has(turn))
    .map(({ event, atMs }) => `was told to be down (${event.details['reason']}) at ${iso(atMs)}, and was not`);
  for (const down of all) {
    const [first, ...more] = alarmsOf(down);
    if (more.length > 0) faults.push(`was told ${more.length + 1} times to be down from ${iso(down.fromMs)} on`);
    const isVisible = longestView(one, down) > settlingMs(camera.kind);
    if (!first && isVisible) faults.push(`was down from ${iso(down.fromMs)} to ${iso(down.toMs)}, and nobody was told`);
    if (!first) continue;
    const hows = [...truth.hows(camera.name, first.atMs - BLUR_MS, first.atMs)];
    const reasons = hows.map((how) => reasonOf(camera.kind, how));
    const { reason } = first.event.details;
    // MediaMTX may give up what is frozen before the look at it has waited for its three seconds: the cause follows then.
    if (hows.includes('frozen')) reasons.push('no-feed');
    if (!reasons.includes(String(reason))) faults.push(`was ${hows}, and told to be ${reason} at ${iso(first.atMs)}`);
    const back = turns.find(({ atMs, event }) => event.event === 'online' && atMs >= first.atMs);
    if (back && back.atMs < down.toMs - 500) faults.push(`was told to be back at ${iso(back.atMs)}, and was not`);
    const after = { fromMs: down.toMs, toMs: nextDown(all, down) ?? endMs, hows: [] };
    if (!back && longestView(one, after) > settlingMs(camera.kind))
      faults.push(`was back at ${iso(down.toMs)}, and nobody was told`);
  }
  return faults;
}

function nextDown(all: readonly Down[], { toMs }: Down): number | undefined {
  return all.find(({ fromMs }) => fromMs > toMs)?.fromMs;
}

/** The longest time within, after its last turn, in which everything that is needed to see it was there, and had been for a while. */
function longestView({ camera, truth, endMs }: Case, { fromMs, toMs, hows }: Down): number {
  const lastMs = hows.at(-1)?.fromMs ?? fromMs;
  const gone = carriersOf(camera.kind).flatMap((carrier) => truth.spans(carrier).filter(({ how }) => how === 'gone'));
  const edges = gone
    .map((span) => ({ fromMs: span.fromMs, toMs: span.toMs + RECOVERY_MS }))
    .sort((a, b) => a.fromMs - b.fromMs);
  let viewMs = 0;
  let sinceMs = lastMs;
  for (const edge of [...edges, { fromMs: Math.min(toMs, endMs), toMs: 0 }]) {
    viewMs = Math.max(viewMs, Math.min(edge.fromMs, toMs, endMs) - sinceMs);
    sinceMs = Math.max(sinceMs, edge.toMs);
  }
  return viewMs;
}

/** What a service that is killed saw last may be lost to its history; what MediaMTX says of the time then is as good as having seen it. */
const LAST_SEEN_MS = 5000;

/** The history tells the same falls as the events do, and owns each moment in which the service did not run. */
function past(one: Case): string[] {
  const { truth, outages, endMs } = one;
  const falls = told(one).filter(({ event }) => event.event === 'offline');
  const down = outages.filter(({ kind }) => kind === 'down');
  const moments = [...new Set(down.map(({ since }) => String(since)))].sort();
  const faults: string[] = [];
  if (moments.length !== falls.length)
    faults.push(`${falls.length} falls were told, and the history has ${moments.length}: ${moments}`);
  for (const { atMs } of falls) {
    const isThere = moments.some(
      (since) => Date.parse(since) <= atMs + BLUR_MS && Date.parse(since) >= atMs - settlingMs(one.camera.kind),
    );
    if (!isThere) faults.push(`the fall of ${iso(atMs)} is not in the history: ${moments}`);
  }
  for (const span of truth.spans('service').filter(({ how, toMs }) => how === 'gone' && toMs < endMs - RECOVERY_MS)) {
    if (truth.hows(one.camera.name, span.fromMs - LAST_SEEN_MS, span.fromMs).size > 1) continue;
    const isTold = outages.some(
      ({ reason, from, until }) =>
        reason === 'service-stopped' &&
        Date.parse(from) <= span.fromMs + 1500 &&
        Date.parse(from) >= span.fromMs - 61_000 &&
        Date.parse(until ?? iso(endMs)) >= span.toMs - 1500,
    );
    if (!isTold)
      faults.push(
        `the service was away from ${iso(span.fromMs)} to ${iso(span.toMs)}, and the history does not say so`,
      );
  }
  return faults;
}

/** A source that is gone for longer than it may be is told once, and so is its return; of the cameras it blinds nothing is. */
export function judgeSource(source: 'mediamtx' | 'go2rtc', { truth, heard }: Pick<Case, 'truth' | 'heard'>): string[] {
  const turns = heard.filter(({ event }) => event.domain === 'source' && event.details['source'] === source);
  const names = turns.map(({ event }) => event.event);
  const faults = names
    .filter((name, index) => name !== (index % 2 === 0 ? 'offline' : 'online'))
    .map((name) => `${source}: ${name} twice, or first`);
  for (const span of truth.spans(source).filter(({ how }) => how === 'gone')) {
    const isAlone = truth.hows('service', span.fromMs - RECOVERY_MS, span.toMs + RECOVERY_MS).size === 1;
    const alarm = turns.find(
      ({ event, atMs }) => event.event === 'offline' && atMs >= span.fromMs && atMs <= span.toMs + 1000,
    );
    const lastedMs = span.toMs - span.fromMs;
    if (!alarm && isAlone && lastedMs > 10_000 + BLUR_MS)
      faults.push(`${source} was gone for ${lastedMs} ms, and nobody was told`);
    if (alarm && isAlone && lastedMs < 10_000) faults.push(`${source} was gone for ${lastedMs} ms, and that was told`);
  }
  if (names.length % 2 !== 0) faults.push(`${source} is back, and nobody was told`);
  return faults;
}

function iso(atMs: number): string {
  return Number.isFinite(atMs) ? new Date(atMs).toISOString() : 'then';
}
