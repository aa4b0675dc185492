/** Owns when cameras are looked at themselves: in turn while nobody pulls them, and at once when it matters. */

import { setMaxListeners } from 'node:events';
import type { Bus } from '../core/bus.ts';
import type { Cameras } from '../core/cameras/cameras.ts';
import type { Finding } from '../core/cameras/facts.ts';
import type { Observation } from '../core/cameras/observation.ts';
import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { createDeadlines } from '../core/timing/deadlines.ts';
import { isoZulu } from '../core/wire-time.ts';
import { createGate } from './gate.ts';
import type { Looks } from './looks.ts';

interface Parts {
  readonly looks: Looks;
  readonly store: Store;
  readonly bus: Bus;
  readonly cameras: Cameras;
  readonly clock: Clock;
  readonly log: Log;
  /** Between two looks at one camera: they cost some of them a session, and others battery. */
  readonly intervalMs: number;
  /** Nothing carries streams: whether a camera can be reached is all that there is to know of its feed. */
  readonly decidesFeed: boolean;
}

export interface Prober {
  /** Looks now, or takes what was found a moment ago. Resolves when it is told. */
  look(camera: CameraRecord): Promise<void>;
  /** Begins no more, and breaks off what is under way. */
  close(): Promise<void>;
}

/** Between the first looks at two cameras, so that a start is no storm. */
const STAGGER_MS = 50;
/** A camera that does not answer once may have missed a packet. */
const RECHECK_MS = 5000;
/** Looks that are due at about the same time are begun together: to be woken costs more than a look. */
const TOGETHER_MS = 500;
/** Two persons who press a button at once want the same. */
const FRESH_MS = 2000;

interface Looked {
  /** When somebody had asked for it, and it was well; undefined otherwise: whoever asks then wants to know what has happened since. */
  readonly askedMs: number | undefined;
  readonly finding: Finding;
  readonly isBrief: boolean;
}

export function startProber(parts: Parts): Prober {
  const { looks, store, bus, cameras, clock, log, intervalMs, decidesFeed } = parts;
  const records = store.collection(CAMERAS);
  const last = new Map<string, Looked>();
  /** Who asked for a look at once, and whether the feed was there then. */
  const urgent = new Map<string, { readonly isReady: boolean }>();
  /** They answer a full look and no brief one. */
  const formal = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const stopped = new AbortController();
  // Each look that is under way listens, and Node warns of more than ten.
  setMaxListeners(0, stopped.signal);
  const inGate = createGate();
  const deadlines = createDeadlines(clock, due);

  const nextMs = () => Math.floor((clock.now() + intervalMs) / TOGETHER_MS) * TOGETHER_MS;

  /** While whoever carries the stream gets it, nobody needs a look, and some cameras serve one client at a time. */
  function due(id: string): void {
    const underWay = running.get(id);
    if (underWay !== undefined) {
      // It has no other deadline: one that was missed would be the last.
      void underWay.then(() => due(id));
      return;
    }
    const asked = urgent.get(id);
    urgent.delete(id);
    const isPulled = !decidesFeed && cameras.facts(id).ready;
    if (isPulled && asked?.isReady !== true) deadlines.set(id, nextMs());
    else void run(id, asked !== undefined);
  }

  function run(id: string, isUrgent: boolean): Promise<void> {
    const underWay = running.get(id);
    if (underWay !== undefined) return underWay;
    const work = inGate(() => lookNow(id, isUrgent))
      .catch((error: unknown) => log.error({ err: error, cameraId: id }, 'a camera could not be looked at'))
      .finally(() => running.delete(id));
    running.set(id, work);
    return work;
  }

  async function lookNow(id: string, isUrgent: boolean): Promise<void> {
    const camera = records.get(id);
    if (stopped.signal.aborted || !camera || !looks.allows(camera)) return;
    deadlines.set(id, nextMs());
    const before = last.get(id);
    const isBrief = before?.finding === 'up' && !isUrgent && !formal.has(id);
    const finding = await lookAt(camera, { isUrgent, isBrief });
    log.debug({ cameraId: id, finding }, 'looked at a camera');
    const after = records.get(id);
    // It may have been switched off or pointed elsewhere meanwhile.
    if (stopped.signal.aborted || !after || placeOf(after) !== placeOf(camera) || !looks.allows(after)) return;
    if (finding === undefined) return;
    if (finding === 'up' && before?.isBrief && before.finding !== 'up') formal.add(id);
    last.set(id, { askedMs: isUrgent && finding === 'up' ? clock.monotonicMs() : undefined, finding, isBrief });
    if (finding !== 'up' && before?.finding === 'up' && !isUrgent) deadlines.set(id, clock.now() + RECHECK_MS);
    else await tell(id, finding);
  }

  async function lookAt(
    camera: CameraRecord,
    how: { isUrgent: boolean; isBrief: boolean },
  ): Promise<Finding | undefined> {
    try {
      return await looks.at(camera, { ...how, stopped: stopped.signal });
    } catch (error) {
      log.error({ err: error, cameraId: camera.id }, 'the source of a camera cannot be read');
      return 'broken';
    }
  }

  async function tell(id: string, finding: Finding): Promise<void> {
    const at = isoZulu(clock.now());
    const look: Observation = { kind: 'look', at, finding };
    const ready: Observation = { kind: 'ready', at, details: { sourceType: 'rtspSource' } };
    // The cause before what it causes, and that it is over with its end.
    const both: Observation[] = finding === 'up' ? [ready, look] : [look, { kind: 'notReady', at }];
    for (const seen of decidesFeed ? both : [look]) await cameras.observe(id, seen);
  }

  function changed(id: string): void {
    const camera = records.get(id);
    last.delete(id);
    formal.delete(id);
    deadlines.set(id, camera && looks.allows(camera) ? clock.now() : undefined);
  }

  const stops = [
    bus.on('event', ({ domain, event, entity }) => {
      const isAboutRecord = event === 'created' || event === 'updated' || event === 'removed';
      if (domain === 'camera' && entity !== null && isAboutRecord) changed(String(entity));
    }),
    bus.on('lookWanted', ({ cameraId, isReady }) => {
      const camera = records.get(cameraId);
      if (decidesFeed || !camera || !looks.allows(camera)) return;
      urgent.set(cameraId, { isReady });
      // Not before everything that has just been seen is told: its feed may be back already.
      deadlines.set(cameraId, clock.now());
    }),
  ];
  const first = [...records.values()].filter(looks.allows);
  const staggerMs = Math.min(STAGGER_MS, intervalMs / first.length);
  for (const [index, { id }] of first.entries()) deadlines.set(id, clock.now() + index * staggerMs);

  return {
    async look({ id }) {
      const askedMs = last.get(id)?.askedMs ?? Number.NEGATIVE_INFINITY;
      const isFresh = clock.monotonicMs() - askedMs < FRESH_MS;
      if (!isFresh || running.has(id)) await run(id, true);
    },
    async close() {
      for (const stop of stops) stop();
      deadlines.close();
      stopped.abort();
      await Promise.all(running.values());
    },
  };
}

/** Where it is to be had. */
function placeOf({ sealedSourceUrl, stream }: CameraRecord): string {
  return JSON.stringify([sealedSourceUrl, stream]);
}
