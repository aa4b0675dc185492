/** Owns what one look at go2rtc's list means for a camera. Pure; go2rtc tells no times, so each moment is that of the look. */

import { type CameraFacts, type Reader, readerKey, UNSEEN } from '../../core/cameras/facts.ts';
import type { Observation } from '../../core/cameras/observation.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { goesOn, hasFeed, isAbsent, isStill, isUndecided, remember, type Sight, type StreamMemory } from './memory.ts';
import { type Connection, isPulled, type StreamReport } from './report.ts';

export interface Look extends Sight {
  /** Whether the feed should be there always. */
  readonly isExpected: boolean;
}

export function observeStream(
  before: StreamMemory | undefined,
  known: CameraFacts,
  look: Look,
): { memory: StreamMemory; observations: readonly Observation[] } {
  const memory = remember(before, known.isStalled, look);
  if (isAbsent(memory)) return { memory, observations: whenAbsent(memory, known, look) };
  // What goes by this name now is another stream than what was missed, by us or by a bridge that looked before us.
  const isAnother = before ? isAbsent(before) : known.look?.finding === 'wrong-path';
  const again: Observation[] = isAnother ? [{ kind: 'reset', at: isoZulu(look.atMs) }] : [];
  const facts = isAnother ? UNSEEN : known;
  return { memory, observations: [...again, ...whenListed(before, memory, facts, look)] };
}

/** Nearly every look finds what is known: what the reducer would pass over is not even made. */
const NOTHING: readonly Observation[] = [];

function whenListed(
  before: StreamMemory | undefined,
  memory: StreamMemory,
  facts: CameraFacts,
  look: Look,
): readonly Observation[] {
  const at = isoZulu(look.atMs);
  if (isLost(memory, facts)) return whenNot(before, memory, facts, look);
  if (memory.isFrozen) return [facts.ready ? { kind: 'stalled', at } : { kind: 'notReady', at, absence: 'stalled' }];
  // What was not ready becomes so by bytes that come now.
  const isComing = facts.ready || memory.flowedAtMs === look.atMs;
  if (isUndecided(memory) || (hasFeed(memory) && !isComing)) return NOTHING;
  return hasFeed(memory) ? whenReady(before, memory, facts, look) : whenNot(before, memory, facts, look);
}

/** Its source was found to be gone since its bytes stand still. */
function isLost(memory: StreamMemory, { look }: CameraFacts): boolean {
  return isStill(memory) && look !== null && look.finding !== 'up' && look.atMs >= memory.flowedAtMs;
}

function whenReady(
  before: StreamMemory | undefined,
  memory: StreamMemory,
  facts: CameraFacts,
  { report, isRestarted, isExpected, atMs }: Look,
): readonly Observation[] {
  const readers = readersOf(report);
  const isOnDemand = isPulled(report);
  const flapped = facts.ready && before !== undefined && (isRestarted || !goesOn(before, memory));
  if (!flapped && isSteady(facts, isOnDemand, readers)) return NOTHING;
  const at = isoZulu(atMs);
  const inferred = flapped ? { inferred: true } : {};
  const absence = isExpected || facts.readers.size > 0 ? 'wanted' : 'idle';
  const gone: Observation = {
    kind: 'notReady',
    at,
    absence,
    details: { ...sourceDetails(before?.source), ...inferred },
  };
  return [
    ...(flapped ? [gone] : []),
    { kind: 'ready', at, details: { ...sourceDetails(memory.source), ...inferred }, onDemand: isOnDemand },
    ...(!isOnDemand && facts.demanded ? [{ kind: 'unDemand' as const, at }] : []),
    ...changeOfReaders(flapped ? new Map() : facts.readers, readers, at),
  ];
}

function isSteady(facts: CameraFacts, isOnDemand: boolean, now: readonly Reader[]): boolean {
  const { ready, demanded, readers } = facts;
  if (!ready || !isTrusted(facts) || demanded !== isOnDemand) return false;
  return readers.size === now.length && now.every((reader) => readers.has(readerKey(reader)));
}

function isTrusted({ pending, doubt, isStalled }: CameraFacts): boolean {
  return pending !== 'feed' && doubt === null && !isStalled;
}

function whenNot(
  before: StreamMemory | undefined,
  memory: StreamMemory,
  facts: CameraFacts,
  { report, isExpected, atMs }: Look,
): readonly Observation[] {
  const { ready, demanded, readers, missing } = facts;
  const isAsked = report !== undefined && report.viewers.length > 0;
  const isWanted = isExpected || isAsked;
  const isKnown = !ready && readers.size === 0 && isTrusted(facts) && demanded === (isAsked && isPulled(report));
  if (isKnown && isWanted === (missing?.isWanted ?? false)) return NOTHING;
  const at = isoZulu(atMs);
  return [
    {
      kind: 'notReady',
      at,
      absence: isWanted ? 'wanted' : 'idle',
      isWaited: isStill(memory) || (before !== undefined && isStill(before)),
      details: sourceDetails(memory.source),
    },
    ...(ready ? [] : changeOfReaders(readers, [], at)),
    { kind: isAsked && isPulled(report) ? 'demand' : 'unDemand', at },
  ];
}

function whenAbsent(memory: StreamMemory, facts: CameraFacts, look: Look): readonly Observation[] {
  const gone = whenNot(undefined, memory, facts, look);
  if (facts.look?.finding === 'wrong-path') return gone;
  return [...gone, { kind: 'look', at: isoZulu(look.atMs), finding: 'wrong-path' }];
}

function changeOfReaders(known: CameraFacts['readers'], now: readonly Reader[], at: string): Observation[] {
  const present = new Set(now.map(readerKey));
  const left = [...known.values()].filter((reader) => !present.has(readerKey(reader)));
  return [
    ...left.map((reader): Observation => ({ kind: 'unread', at, reader })),
    ...now.map((reader): Observation => ({ kind: 'read', at, reader })),
  ];
}

function readersOf(report: StreamReport | undefined): readonly Reader[] {
  return (report?.viewers ?? []).map(({ format, id }) => ({ type: format, id }));
}

function sourceDetails(source: Connection | undefined): Readonly<Record<string, unknown>> {
  return source ? { sourceType: source.format, sourceId: source.id } : {};
}
