/** Owns the live state of all cameras: feeds observations through the reducer, numbers what comes of it, and tells the bus. */

import type { CameraEventName, CameraState } from '../../protocol/events.ts';
import type { Bus } from '../bus.ts';
import type { Clock, Log } from '../ports.ts';
import type { Fence, Store, Transaction } from '../store.ts';
import { createDeadlines } from '../timing/deadlines.ts';
import { isoZulu } from '../wire-time.ts';
import { type CameraFacts, isFault, shownFeed, UNSEEN } from './facts.ts';
import { judgedAgainAtMs } from './judgement.ts';
import { restoredFacts } from './kept-state.ts';
import { followCameras } from './live/following.ts';
import { createRecordChanges, type RecordChange, type TellChange } from './live/record-changes.ts';
import { followedFacts } from './live/seen.ts';
import { eventsIn, isCertain, keepStep, type Live, type Meaning, overtaken, type Step, stepFrom } from './live/step.ts';
import { DEFAULT_WAYS } from './live/ways.ts';
import type { Observation } from './observation.ts';
import { createQuiet } from './quiet.ts';
import { CAMERA_STATES, CAMERAS, type CameraRecord, type CameraStateRecord } from './records.ts';
import { createSourceTold, type SourceChange } from './source-told.ts';
import { reduce } from './state.ts';
import { looksAlike } from './told.ts';

/** What came of an observation. */
interface Observed {
  readonly events: CameraEventName[];
  readonly seq: number;
  /** It counts for nothing: another bridge has the source, or nothing can be written for all of them. */
  readonly isRefused?: true;
}

export interface Cameras {
  facts(cameraId: string): CameraFacts;
  /**
   * Applies an observation. Resolves with the events it made, when they are durable and published, in order per camera.
   * @param deliberate a person made it: it counts whatever the camera is, and the retained state follows at once instead of debounced
   * @param fence refuses it where the source is another bridge's by now
   */
  observe(cameraId: string, seen: Observation, deliberate?: boolean, fence?: Fence): Promise<Observed>;
  /** Changes records, and tells in the same commit that cameras were created, updated or removed by it. */
  change: <T>(work: (tx: Transaction, tell: TellChange) => T) => Promise<T>;
  /**
   * Nothing can be known of any camera for this reason: every state says not ready, until null uncovers what is known.
   * No feed has changed by it, so there are no events.
   */
  cover(reason: string | null): Promise<void>;
  /** Events are marked as quiet, and no alarm of ours rings, until this moment; null ends it. Of all cameras at once. */
  quieten(untilIso: string | null): Promise<void>;
  /** Whatever tells of cameras is gone, or there again: one event, once, with the number of cameras that it blinds. */
  sourceChanged(change: SourceChange, fence?: Fence): Promise<void>;
  /** Their source is ours to see from now on. @param isFresh nobody has seen it until a moment ago: what is on disk is no truth */
  seenHere(some: Iterable<CameraRecord>, isFresh: boolean): void;
  /** Undefined where there is no such camera. */
  state(cameraId: number): CameraState | undefined;
  /** The state of every camera, for publishing it again. */
  states(): { cameraId: number; state: CameraState }[];
  close(): void;
}

export function createCameras(store: Store, bus: Bus, clock: Clock, log: Log, ways = DEFAULT_WAYS): Cameras {
  const { firstSight, isWatched, isToldOf = () => true, shared } = ways;
  const records = store.collection(CAMERAS);
  const kept = store.collection(CAMERA_STATES);
  const live = new Map<string, Live>();
  const isOurs = (camera: CameraRecord) => shared === undefined || shared.judges(camera);
  const quiet = createQuiet(store, clock, (some) => showAgain([...some].filter(isOurs)));
  const tellSource = createSourceTold(store, bus, clock);
  const isQuiet = (camera: CameraRecord) => quiet.until(camera) !== undefined;
  const changes = createRecordChanges({ store, shared, liveOf, basisOf, isQuiet, made });
  const deadlines = createDeadlines(clock, (id) => {
    observe(id, { kind: 'time', at: isoZulu(clock.now()) }).catch((error: unknown) => {
      log.error({ err: error, cameraId: id }, 'an observation was lost');
    });
  });
  let covered: { readonly reason: string; readonly since: string } | null = null;
  for (const camera of records.values()) live.set(camera.id, keptOf(camera, shared === undefined));
  const unfollow = shared && followCameras(store, { state: heard, camera: cameraHeard });

  /** @param isFresh nobody has seen it until now */
  function keptOf(camera: CameraRecord, isFresh: boolean): Live {
    const record = kept.get(camera.id);
    const pending = isWatched(camera) ? firstSight(camera) : null;
    const remembered = isFresh ? restoredFacts(record, pending) : followedFacts(record, pending);
    const facts = isToldOf(camera) ? remembered : UNSEEN;
    return { facts, seq: record?.seq ?? 0, basis: basisOf(camera), record };
  }

  function basisOf(camera: CameraRecord | undefined): string {
    if (!camera || !isWatched(camera)) return '';
    return JSON.stringify([camera.mtxPath, camera.sourceType, camera.sealedSourceUrl, camera.stream]);
  }

  function liveOf(id: string): Live {
    return live.get(id) ?? { facts: UNSEEN, seq: 0, basis: basisOf(records.get(id)), record: undefined };
  }

  function stateOf(id: string, { facts, seq }: Live): CameraState {
    const record = records.get(id);
    const { ready, demanded, readers, since } = shownFeed(facts);
    const { reason, online } = facts;
    const quietUntil = record && quiet.until(record);
    return {
      ...{ ready, demanded, readers: readers.size, since, reason, path: record?.mtxPath ?? null, seq, online },
      enabled: record?.isEnabled ?? false,
      // A feed that was not ready has not changed by it (N-45).
      ...(covered && { ready: false, online: null, reason: covered.reason, since: ready ? covered.since : since }),
      ...(quietUntil !== undefined && { quietUntil }),
    };
  }

  /** Resolves when it is durable, and told; with nothing where it counts for nothing. */
  async function advance(given: Omit<Meaning, 'isQuiet'>): Promise<Step | undefined> {
    const { camera } = given;
    const { id } = camera;
    const meaning = { ...given, isQuiet: isQuiet(camera) };
    const first = stepFrom({ ...liveOf(id), basis: basisOf(camera) }, meaning);
    const keeping = keepStep(store, first, meaning, shared);
    // Before it is durable: what is seen meanwhile is seen upon it.
    keep(id, keeping.step.next);
    const told = await keeping.told.catch((error: unknown) => {
      log.error({ err: error, cameraId: id }, 'the state of a camera could not be saved');
      // People must learn that a camera is down even when the disk is full; but where others write too, they may be telling it by now.
      return shared ? undefined : eventsIn(first, meaning);
    });
    if (told === undefined) {
      // What others know of it holds.
      if (live.has(id)) keep(id, keptOf(camera, false));
      return undefined;
    }
    const { step } = keeping;
    // Commits finish in the order they were asked for, so events leave in order too.
    for (const event of told) bus.emit('event', event);
    if (!live.has(id)) return step;
    if (liveOf(id).seq < step.next.seq) keep(id, step.next);
    tellState(id, step.next, isCertain(step, meaning));
    return step;
  }

  function made({ camera, next, told }: RecordChange): void {
    const { id } = camera;
    for (const event of told) bus.emit('event', event);
    if (next === undefined) {
      live.delete(id);
      deadlines.set(id, undefined);
      bus.emit('cameraState', { cameraId: Number(id), state: null, deliberate: true });
      return;
    }
    quiet.changed(camera);
    if (liveOf(id).seq < next.seq) keep(id, next);
    tellState(id, next, true);
  }

  function heard(id: string, record: CameraStateRecord | undefined): void {
    const camera = records.get(id);
    if (!camera || !record) {
      deadlines.set(id, undefined);
      if (live.delete(id)) bus.emit('cameraState', { cameraId: Number(id), state: null, deliberate: true });
      return;
    }
    const before = liveOf(id);
    const next = overtaken({ ...before, basis: basisOf(camera) }, record);
    keep(id, next);
    tellState(id, next, record.seen?.isCertain === true);
  }

  function cameraHeard(camera: CameraRecord): void {
    quiet.changed(camera);
    live.set(camera.id, { ...liveOf(camera.id), basis: basisOf(camera) });
  }

  function tellState(id: string, now: Live, deliberate: boolean): void {
    bus.emit('cameraState', { cameraId: Number(id), state: stateOf(id, now), deliberate });
  }

  function keep(id: string, next: Live): void {
    live.set(id, next);
    const camera = records.get(id);
    const isJudged = camera !== undefined && isOurs(camera);
    deadlines.set(id, isJudged ? judgedAgainAtMs(next.facts, clock.now()) : undefined);
  }

  async function observe(id: string, seen: Observation, deliberate = false, fence?: Fence): Promise<Observed> {
    for (let end = changes.underWay(id); end; end = changes.underWay(id)) await end;
    const camera = records.get(id);
    const before = liveOf(id);
    const nothing: Observed = { events: [], seq: before.seq };
    if (!camera || (!deliberate && !isWatched(camera))) return nothing;
    const { facts, transitions } = reduce(before.facts, seen);
    if (facts === before.facts) return nothing;
    const asksWhy = facts.missing !== null && before.facts.missing === null && !isFault(facts);
    if (asksWhy) bus.emit('lookWanted', { cameraId: id, isReady: facts.ready });
    if (transitions.length === 0 && looksAlike(before.facts, facts)) {
      keep(id, { ...before, facts });
      return nothing;
    }
    const think = (known: CameraFacts) => reduce(known, seen);
    const step = await advance({ camera, think, at: seen.at, deliberate, fence });
    if (step === undefined) return { events: [], seq: liveOf(id).seq, isRefused: true };
    return { events: step.transitions.map(({ event }) => event), seq: step.next.seq };
  }

  /** @returns whether all of it could be stored */
  async function showAgain(some: Iterable<CameraRecord>): Promise<boolean> {
    const at = isoZulu(clock.now());
    const think = (facts: CameraFacts) => ({ facts, transitions: [] });
    const shown = [...some].map(async ({ id }) => {
      for (let end = changes.underWay(id); end; end = changes.underWay(id)) await end;
      const camera = records.get(id);
      const step = camera && (await advance({ camera, think, at, deliberate: true, isShown: true }));
      return camera === undefined || step !== undefined;
    });
    return !(await Promise.all(shown)).includes(false);
  }

  return {
    facts: (id) => liveOf(id).facts,
    observe,
    change: (work) => changes.make(isoZulu(clock.now()), work),
    async cover(reason) {
      if (reason === (covered?.reason ?? null)) return;
      covered = reason === null ? null : { reason, since: isoZulu(clock.now()) };
      await showAgain(records.values());
    },
    quieten: (untilIso) => quiet.setForAll(untilIso),
    sourceChanged: (change, fence) => tellSource(change, quiet.until() !== undefined, fence),
    seenHere(some, isFresh) {
      if (!shared) return;
      for (const camera of some) keep(camera.id, isFresh ? keptOf(camera, true) : liveOf(camera.id));
      void showAgain([...some].filter(quiet.hasJustEnded));
    },
    state(cameraId) {
      const id = String(cameraId);
      return records.get(id) && stateOf(id, liveOf(id));
    },
    states: () => [...records.values()].map(({ id }) => ({ cameraId: Number(id), state: stateOf(id, liveOf(id)) })),
    close() {
      unfollow?.();
      deadlines.close();
      quiet.close();
    },
  };
}
