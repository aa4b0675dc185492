/** Owns what one look at a path means for its camera. Pure; the look decides, hints only colour it. */

import { type CameraFacts, type Observation, type Reader, readerKey } from '../../core/cameras/state.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { feedOf, type PathConfig, type PathReport } from './report.ts';

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
}

const STALL_MS = 30_000;
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
  return { memory, observations: isIdle(facts, look) ? NOTHING : whenNot(memory, facts, look) };
}

/** Nearly every look finds what is known: what the reducer would pass over is not even made. */
const NOTHING: readonly Observation[] = [];

function isIdle({ ready, demanded, readers, reason }: CameraFacts, { hint }: Look): boolean {
  return !ready && !demanded && readers.size === 0 && reason === null && hint?.event !== 'demand';
}

function isSteady({ ready, demanded, readers, reason }: CameraFacts, isOnDemand: boolean | undefined, now: PathReport) {
  if (!ready || reason !== null || (isOnDemand !== undefined && demanded !== isOnDemand)) return false;
  return readers.size === now.readers.length && now.readers.every((reader) => readers.has(readerKey(reader)));
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
    return { feedSince: null, source, received: undefined, flowedAtMs: atMs, isFrozen: false, waitingSinceMs };
  }
  const { received } = report;
  const known = { feedSince: feed.since, source, received, waitingSinceMs };
  // A stall that was seen before our own start lasts until something flows.
  if (!before) return { ...known, flowedAtMs: atMs, isFrozen: facts.reason === 'stalled' };
  const flows = received === undefined || received !== before.received || feed.since !== before.feedSince;
  if (flows) return { ...known, flowedAtMs: atMs, isFrozen: false };
  const { flowedAtMs, isFrozen } = before;
  return { ...known, flowedAtMs, isFrozen: isFrozen || atMs - flowedAtMs >= STALL_MS };
}

function whenReady(
  before: PathMemory | undefined,
  memory: PathMemory,
  facts: CameraFacts,
  look: Look,
  report: PathReport,
): readonly Observation[] {
  const isOnDemand = look.config && (look.config.sourceOnDemand || look.config.runsOnDemand);
  const flapped = facts.ready && !!before?.feedSince && before.feedSince !== memory.feedSince;
  if (!memory.isFrozen && !flapped && isSteady(facts, isOnDemand, report)) return NOTHING;
  const at = isoZulu(look.atMs);
  if (memory.isFrozen) return [facts.ready ? { kind: 'stalled', at } : { kind: 'notReady', at, reason: 'stalled' }];
  const inferred = flapped ? { inferred: true } : {};
  const gone: Observation[] = flapped
    ? [
        { kind: 'notReady', at, details: { ...sourceDetails(before.source), ...inferred } },
        // Where a command makes the feed, losing it ends the demand too.
        ...(look.config?.runsOnDemand ? [{ kind: 'unDemand' as const, at, details: inferred }] : []),
      ]
    : [];
  const details = { ...hintDetails(look), ...sourceDetails(memory.source), ...inferred };
  return [
    ...gone,
    { kind: 'ready', at, details, onDemand: isOnDemand === true },
    ...(isOnDemand === false && facts.demanded ? [{ kind: 'unDemand' as const, at }] : []),
    ...changeOfReaders(flapped ? new Map() : facts.readers, report.readers, at, hintDetails(look)),
  ];
}

function whenNot(memory: PathMemory, facts: CameraFacts, look: Look): Observation[] {
  const at = isoZulu(look.atMs);
  const { report, config, hint, atMs } = look;
  const details = hintDetails(look);
  const hasDemand = config !== undefined && (config.sourceOnDemand || config.runsOnDemand);
  const gone: Observation[] = [
    { kind: 'notReady', at, reason: null, details: { ...details, ...sourceDetails(memory.source) } },
    ...(facts.ready ? [] : changeOfReaders(facts.readers, [], at, details)),
  ];
  if (hint?.event === 'demand' && hasDemand) return [...gone, { kind: 'demand', at, details }];
  const waitedMs = atMs - (memory.waitingSinceMs ?? atMs);
  const isOver = !report || facts.ready || hint?.event === 'unDemand';
  return isOver || waitedMs >= WAIT_LIMIT_MS ? [...gone, { kind: 'unDemand', at, details }] : gone;
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
