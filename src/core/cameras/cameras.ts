/** Owns the live state of all cameras: feeds observations through the reducer, numbers what comes of it, and tells the bus. */

import type { BridgeEvent, CameraEventName, CameraState } from '../../protocol/events.ts';
import type { Bus, ToldEvent } from '../bus.ts';
import { keepEvents } from '../happened/outbox.ts';
import type { Clock, Log } from '../ports.ts';
import type { Store } from '../store.ts';
import { createDeadlines } from '../timing/deadlines.ts';
import { isoZulu } from '../wire-time.ts';
import { isInUse } from './expectation.ts';
import { type CameraFacts, isFault, shownFeed, UNSEEN } from './facts.ts';
import { judgedAgainAtMs } from './judgement.ts';
import { keptState, restoredFacts } from './kept-state.ts';
import type { Observation } from './observation.ts';
import { createQuiet } from './quiet.ts';
import { CAMERA_STATES, CAMERAS, type CameraRecord } from './records.ts';
import { createSourceTold, type SourceChange } from './source-told.ts';
import { reduce, type Transition } from './state.ts';
import { eventsOf, isBeyondDoubt, looksAlike } from './told.ts';

export interface Cameras {
  facts(cameraId: string): CameraFacts;
  /**
   * Applies an observation. Resolves with the events it made, when they are durable and published, in order per camera.
   * @param deliberate a person made it: it counts whatever the camera is, and the retained state follows at once instead of debounced
   */
  observe(
    cameraId: string,
    seen: Observation,
    deliberate?: boolean,
  ): Promise<{ events: CameraEventName[]; seq: number }>;
  /** Tells that a camera was created, updated or removed; called after the change is durable. */
  changed(event: 'created' | 'updated' | 'removed', camera: CameraRecord): Promise<void>;
  /**
   * Nothing can be known of any camera for this reason: every state says not ready, until null uncovers what is known.
   * No feed has changed by it, so there are no events.
   */
  cover(reason: string | null): Promise<void>;
  /** Events are marked as quiet, and no alarm of ours rings, until this moment; null ends it. Of all cameras at once. */
  quieten(untilIso: string | null): Promise<void>;
  /** Whatever tells of cameras is gone, or there again: one event, once, with the number of cameras that it blinds. */
  sourceChanged(change: SourceChange): Promise<void>;
  /** Undefined where there is no such camera. */
  state(cameraId: number): CameraState | undefined;
  /** The state of every camera, for publishing it again. */
  states(): { cameraId: number; state: CameraState }[];
  close(): void;
}

/** What is so in one way of running the service and not in another. */
export interface CameraWays {
  /** What must be seen of a camera after a start before anything is said of it; null where nobody looks. */
  readonly firstSight: (camera: CameraRecord) => CameraFacts['pending'];
  /** Whether anybody tells of it; else what was made up by hand before a restart is no memory. Absent: of every camera. */
  readonly isToldOf?: (camera: CameraRecord) => boolean;
  /** Whether an event is told that could not be kept. Absent: it is. */
  readonly tellsUnkept?: boolean;
  /** Whether what is seen counts: of a camera that is switched off, nothing does. */
  readonly isWatched: (camera: CameraRecord) => boolean;
}

interface Live {
  readonly facts: CameraFacts;
  readonly seq: number;
  /** What the facts are facts about: of another path or source they say nothing. */
  readonly basis: string;
}

const DEFAULT_WAYS: CameraWays = { firstSight: () => null, isWatched: isInUse };

export function createCameras(store: Store, bus: Bus, clock: Clock, log: Log, ways = DEFAULT_WAYS): Cameras {
  const { firstSight, isWatched, isToldOf = () => true, tellsUnkept = true } = ways;
  const records = store.collection(CAMERAS);
  const live = new Map<string, Live>();
  const quiet = createQuiet(store, clock, showAgain);
  const tellSource = createSourceTold(store, bus, clock);
  const deadlines = createDeadlines(clock, (id) => {
    observe(id, { kind: 'time', at: isoZulu(clock.now()) }).catch((error: unknown) => {
      log.error({ err: error, cameraId: id }, 'an observation was lost');
    });
  });
  let covered: { readonly reason: string; readonly since: string } | null = null;
  const kept = store.collection(CAMERA_STATES);
  for (const camera of records.values()) {
    const pending = isWatched(camera) ? firstSight(camera) : null;
    const saved = kept.get(camera.id);
    const facts = isToldOf(camera) ? restoredFacts(saved, pending) : UNSEEN;
    live.set(camera.id, { facts, seq: saved?.seq ?? 0, basis: basisOf(camera) });
  }

  function basisOf(camera: CameraRecord | undefined): string {
    if (!camera || !isWatched(camera)) return '';
    return JSON.stringify([camera.mtxPath, camera.sourceType, camera.sealedSourceUrl, camera.stream]);
  }

  const liveOf = (id: string): Live => live.get(id) ?? { facts: UNSEEN, seq: 0, basis: basisOf(records.get(id)) };

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

  /** @returns the events, kept until a broker has them */
  async function save(id: string, { facts, seq }: Live, events: readonly BridgeEvent[]): Promise<readonly ToldEvent[]> {
    try {
      return await store.commit((tx) => {
        tx.collection(CAMERA_STATES).put(keptState(id, facts, seq));
        return keepEvents(tx, events);
      });
    } catch (error) {
      log.error({ err: error, cameraId: id }, 'the state of a camera could not be saved');
      // People must learn that a camera is down even when the disk is full; but where others write too, they may be telling it by now.
      return tellsUnkept ? events : [];
    }
  }

  async function advance(
    camera: CameraRecord,
    facts: CameraFacts,
    transitions: readonly Transition[],
    at: string,
    deliberate: boolean,
  ): Promise<number> {
    const before = liveOf(camera.id);
    const seq = before.seq + Math.max(1, transitions.length);
    const next = { facts, seq, basis: basisOf(camera) };
    keep(camera.id, next);
    // Commits finish in the order they were asked for, so events leave in order too.
    const isQuiet = quiet.until(camera) !== undefined;
    const told = await save(camera.id, next, eventsOf(camera, transitions, { firstSeq: before.seq + 1, at, isQuiet }));
    for (const event of told) bus.emit('event', event);
    if (live.has(camera.id)) {
      bus.emit('cameraState', { cameraId: Number(camera.id), state: stateOf(camera.id, next), deliberate });
    }
    return seq;
  }

  function keep(id: string, next: Live): void {
    live.set(id, next);
    deadlines.set(id, judgedAgainAtMs(next.facts, clock.now()));
  }

  async function observe(
    id: string,
    seen: Observation,
    deliberate = false,
  ): Promise<{ events: CameraEventName[]; seq: number }> {
    const camera = records.get(id);
    const before = liveOf(id);
    if (!camera || (!deliberate && !isWatched(camera))) return { events: [], seq: before.seq };
    const { facts, transitions } = reduce(before.facts, seen);
    if (facts === before.facts) return { events: [], seq: before.seq };
    const asksWhy = facts.missing !== null && before.facts.missing === null && !isFault(facts);
    if (asksWhy) bus.emit('lookWanted', { cameraId: id, isReady: facts.ready });
    if (transitions.length === 0 && looksAlike(before.facts, facts)) {
      keep(id, { ...before, facts });
      return { events: [], seq: before.seq };
    }
    const isCertain = deliberate || isBeyondDoubt(before.facts, facts);
    const seq = await advance(camera, facts, transitions, seen.at, isCertain);
    return { events: transitions.map(({ event }) => event), seq };
  }

  async function showAgain(some: Iterable<CameraRecord>): Promise<void> {
    const at = isoZulu(clock.now());
    await Promise.all([...some].map((camera) => advance(camera, liveOf(camera.id).facts, [], at, true)));
  }

  return {
    facts: (id) => liveOf(id).facts,
    observe,
    async changed(event, camera) {
      const at = isoZulu(clock.now());
      if (event !== 'removed') {
        const { facts: before, basis } = liveOf(camera.id);
        const isAnother = basisOf(camera) !== basis;
        const { facts, transitions } = isAnother
          ? reduce(before, { kind: 'reset', at })
          : { facts: before, transitions: [] };
        quiet.changed(camera);
        await advance(camera, facts, [{ event, details: {} }, ...transitions], at, true);
        return;
      }
      const { seq } = liveOf(camera.id);
      live.delete(camera.id);
      deadlines.set(camera.id, undefined);
      const gone = await store.commit((tx) => {
        tx.collection(CAMERA_STATES).delete(camera.id);
        return keepEvents(tx, eventsOf(camera, [{ event, details: {} }], { firstSeq: seq + 1, at, isQuiet: false }));
      });
      for (const last of gone) bus.emit('event', last);
      bus.emit('cameraState', { cameraId: Number(camera.id), state: null, deliberate: true });
    },
    async cover(reason) {
      if (reason === (covered?.reason ?? null)) return;
      covered = reason === null ? null : { reason, since: isoZulu(clock.now()) };
      await showAgain(records.values());
    },
    quieten: (untilIso) => quiet.setForAll(untilIso),
    sourceChanged: (change) => tellSource(change, quiet.until() !== undefined),
    state(cameraId) {
      const id = String(cameraId);
      return records.get(id) && stateOf(id, liveOf(id));
    },
    states: () => [...records.values()].map(({ id }) => ({ cameraId: Number(id), state: stateOf(id, liveOf(id)) })),
    close() {
      deadlines.close();
      quiet.close();
    },
  };
}
