/** Owns what one look at a path means for its camera. Pure; the look decides, hints only colour it. */

import { type CameraFacts, type Reader, readerKey } from '../../core/cameras/facts.ts';
import type { Observation } from '../../core/cameras/observation.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { DEFAULT_CLOSE_AFTER_MS, feedOf, type PathConfig, type PathReport } from './report.ts';

/** What a hook said before the look. */
export interface Hint {
  readonly event: string;
  /** What the reader asked for besides. */
  readonly query?: string | undefined;
}

/** What is remembered of a path from one look to the next. */
export interface PathMemory {
  /** As MediaMTX wrote it: another value is another feed. */
  readonly feedSince: string | null;
  readonly source: Reader | null;
  readonly received: number | undefined;
  /** When bytes were last seen to flow. */
  readonly flowedAtMs: number;
  readonly isFrozen: boolean;
  readonly lookedAtMs: number;
  /** Since when somebody waits for a feed that has not come; undefined while nobody does. */
  readonly waitingSinceMs: number | undefined;
}

export interface Look {
  /** Undefined: there is no such path. */
  readonly report: PathReport | undefined;
  /** Undefined while it is not known. */
  readonly config: PathConfig | undefined;
  readonly hint?: Hint | undefined;
  readonly atMs: number;
  /** Whether the feed should be there always. */
  readonly isExpected: boolean;
  /** How long MediaMTX may take to get it; absent: as long as usual. */
  readonly graceMs?: number | undefined;
  /** Why the absence of its feed says nothing; absent: it does. */
  readonly doubt?: string;
}

const STALL_MS = 30_000;
/** A feed that carries nothing for so long is about to go: MediaMTX itself waits ten seconds. */
const STILL_MS = 4000;
/** No source takes longer to start; a demand older than that has lost its end. */
export const WAIT_LIMIT_MS = 60_000;

export function observePath(
  before: PathMemory | undefined,
  facts: CameraFacts,
  look: Look,
): { memory: PathMemory; observations: readonly Observation[] } {
  const memory = remember(before, facts, look);
  const { report, config } = look;
  const isReady = report !== undefined && feedOf(report, config).ready;
  if (isReady) return { memory, observations: whenReady(before, memory, facts, look, report) };
  if (look.doubt !== undefined) return { memory, observations: whenInDoubt(memory, facts, look.doubt, look.atMs) };
  return { memory, observations: isIdle(facts, look) ? NOTHING : whenNot(before, memory, facts, look) };
}

/** Whether bytes have just been found to stand still. */
export function isStill({ flowedAtMs, lookedAtMs }: PathMemory): boolean {
  return lookedAtMs - flowedAtMs >= STILL_MS;
}

/** Nearly every look finds what is known: what the reducer would pass over is not even made. */
const NOTHING: readonly Observation[] = [];

function isIdle(facts: CameraFacts, { hint, isExpected }: Look): boolean {
  const { ready, demanded, readers, missing } = facts;
  if (ready || demanded || readers.size > 0 || hint?.event === 'demand' || !isTrusted(facts)) return false;
  return isExpected === (missing?.isWanted ?? false);
}

function isSteady(facts: CameraFacts, isOnDemand: boolean | undefined, now: PathReport): boolean {
  const { ready, demanded, readers, isRejected, pending } = facts;
  // What was up before our start is looked at by nobody: that it is still up must be said.
  if (!ready || isRejected || pending !== null || !isTrusted(facts)) return false;
  if (isOnDemand !== undefined && demanded !== isOnDemand) return false;
  return readers.size === now.readers.length && now.readers.every((reader) => readers.has(readerKey(reader)));
}

function isTrusted({ pending, doubt, isStalled }: CameraFacts): boolean {
  return pending !== 'feed' && doubt === null && !isStalled;
}

function remember(
  before: PathMemory | undefined,
  facts: CameraFacts,
  { report, config, hint, atMs }: Look,
): PathMemory {
  const feed = report ? feedOf(report, config) : { ready: false, since: null };
  const isWaiting = !feed.ready && (facts.demanded || hint?.event === 'demand');
  const waitedSinceMs = hint?.event === 'demand' ? atMs : (before?.waitingSinceMs ?? atMs);
  const waitingSinceMs = isWaiting ? waitedSinceMs : undefined;
  const source = report?.source ?? before?.source ?? null;
  if (!report || !feed.ready) {
    const nothing = { feedSince: null, received: undefined, flowedAtMs: atMs, isFrozen: false };
    return { ...nothing, source, waitingSinceMs, lookedAtMs: atMs };
  }
  const { received } = report;
  const known = { feedSince: feed.since, source, received, waitingSinceMs, lookedAtMs: atMs };
  // A stall that was seen before our own start lasts until something flows.
  if (!before) return { ...known, flowedAtMs: atMs, isFrozen: facts.isStalled };
  const flows = received === undefined || received !== before.received || feed.since !== before.feedSince;
  if (flows) return { ...known, flowedAtMs: atMs, isFrozen: false };
  const { flowedAtMs, isFrozen } = before;
  return { ...known, flowedAtMs, isFrozen: isFrozen || atMs - flowedAtMs >= STALL_MS };
}

function whenInDoubt({ source }: PathMemory, facts: CameraFacts, doubt: string, atMs: number): readonly Observation[] {
  if (!facts.ready && facts.doubt === doubt) return NOTHING;
  const at = isoZulu(atMs);
  const unDemand: Observation[] = facts.demanded ? [{ kind: 'unDemand', at }] : [];
  return [{ kind: 'notReady', at, doubt, details: sourceDetails(source) }, ...unDemand];
}

function whenReady(
  before: PathMemory | undefined,
  memory: PathMemory,
  facts: CameraFacts,
  look: Look,
  report: PathReport,
): readonly Observation[] {
  const isOnDemand = look.config && isPulledOnDemand(look.config);
  const since = momentOf(memory.feedSince);
  const flapped = facts.ready && hasFlapped(before, memory, facts, since);
  if (!memory.isFrozen && !flapped && isSteady(facts, isOnDemand, report)) return NOTHING;
  const at = isoZulu(look.atMs);
  if (memory.isFrozen) return [facts.ready ? { kind: 'stalled', at } : { kind: 'notReady', at, absence: 'stalled' }];
  const inferred = flapped ? { inferred: true } : {};
  const isWanted = look.isExpected || facts.readers.size > 0;
  const gone: Observation[] = flapped
    ? [
        {
          kind: 'notReady',
          at,
          absence: isWanted ? 'wanted' : 'idle',
          details: { ...sourceDetails(before?.source ?? null), ...inferred },
        },
        // Where a command makes the feed, losing it ends the demand too.
        ...(look.config?.runsOnDemand ? [{ kind: 'unDemand' as const, at, details: inferred }] : []),
      ]
    : [];
  const details = { ...hintDetails(look), ...sourceDetails(memory.source), ...inferred };
  return [
    ...gone,
    { kind: 'ready', at, since, details, onDemand: isOnDemand === true },
    ...(isOnDemand === false && facts.demanded ? [{ kind: 'unDemand' as const, at }] : []),
    ...changeOfReaders(flapped ? new Map() : facts.readers, report.readers, at, hintDetails(look)),
  ];
}

/** It went and came back between two looks; or while we were away, if this is the first. */
function hasFlapped(
  before: PathMemory | undefined,
  { feedSince }: PathMemory,
  facts: CameraFacts,
  since: string | undefined,
): boolean {
  // What could not be stored may have been stored all the same.
  if (before) return before.feedSince !== null && before.feedSince !== feedSince && facts.since !== since;
  return since !== undefined && facts.since !== null && Date.parse(since) > Date.parse(facts.since);
}

function whenNot(before: PathMemory | undefined, memory: PathMemory, facts: CameraFacts, look: Look): Observation[] {
  const at = isoZulu(look.atMs);
  const { report, config, hint, atMs, graceMs } = look;
  const details = hintDetails(look);
  const hasDemand = config !== undefined && isPulledOnDemand(config);
  const isAsked = hint?.event === 'demand' && hasDemand;
  const waitedMs = atMs - (memory.waitingSinceMs ?? atMs);
  const isOver = !report || facts.ready || hint?.event === 'unDemand' || waitedMs >= WAIT_LIMIT_MS;
  const isWanted = look.isExpected || isAsked || (facts.demanded && !isOver);
  return [
    {
      kind: 'notReady',
      at,
      absence: isWanted ? 'wanted' : isLost(before, facts, look) ? 'lost' : 'idle',
      // An idle path has nothing that could have stood still: who asks for its feed now waits from now on. Nor did anybody see a silence
      // while MediaMTX could not be asked.
      isWaited: before !== undefined && before.feedSince !== null && isStill(before),
      ...(graceMs !== undefined && { graceMs }),
      details: { ...details, ...sourceDetails(memory.source) },
    },
    ...(facts.ready ? [] : changeOfReaders(facts.readers, [], at, details)),
    ...(isAsked
      ? [{ kind: 'demand' as const, at, details }]
      : isOver
        ? [{ kind: 'unDemand' as const, at, details }]
        : []),
  ];
}

/** It went while it was read: not because nobody was left, which MediaMTX would have waited for. */
function isLost(before: PathMemory | undefined, { ready, readers }: CameraFacts, { config, atMs }: Look): boolean {
  if (!before || !ready || readers.size === 0) return false;
  return atMs - before.lookedAtMs < (config?.closeAfterMs ?? DEFAULT_CLOSE_AFTER_MS);
}

function isPulledOnDemand({ sourceOnDemand, runsOnDemand }: PathConfig): boolean {
  return sourceOnDemand || runsOnDemand;
}

/** As the wire writes it; undefined for what is none, such as the first moment of all in Go. */
function momentOf(text: string | null): string | undefined {
  const ms = Date.parse(text ?? '');
  return ms > 0 ? isoZulu(ms) : undefined;
}

function changeOfReaders(
  known: CameraFacts['readers'],
  now: readonly Reader[],
  at: string,
  details: Readonly<Record<string, unknown>>,
): Observation[] {
  const present = new Set(now.map(readerKey));
  const left = [...known.values()].filter((reader) => !present.has(readerKey(reader)));
  return [
    ...left.map((reader): Observation => ({ kind: 'unread', at, reader, details })),
    ...now.map((reader): Observation => ({ kind: 'read', at, reader, details })),
  ];
}

function hintDetails({ hint }: Look): Readonly<Record<string, unknown>> {
  return hint?.query === undefined ? {} : { query: hint.query };
}

function sourceDetails(source: Reader | null): Readonly<Record<string, unknown>> {
  return source ? { sourceType: source.type, sourceId: source.id } : {};
}
