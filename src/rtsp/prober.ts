/** Owns when cameras are probed: those with an RTSP source, in turn, none more often than it may be; and what a finding means. */

import type { Bus } from '../core/bus.ts';
import type { Cameras } from '../core/cameras/cameras.ts';
import type { CameraControl } from '../core/cameras/control.ts';
import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import type { Observation } from '../core/cameras/state.ts';
import type { Clock, Log, Secrets } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { createDeadlines } from '../core/timing/deadlines.ts';
import { isoZulu } from '../core/wire-time.ts';
import { ApiError } from '../protocol/api-error.ts';
import { type Finding, probe } from './probe.ts';

interface Parts {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly bus: Bus;
  readonly cameras: Cameras;
  readonly clock: Clock;
  readonly log: Log;
  /** Between two probes of one camera: they cost some of them a session, and others battery. */
  readonly intervalMs: number;
}

export interface Prober {
  readonly control: CameraControl;
  /** Begins no more, and breaks off what is under way. */
  close(): Promise<void>;
}

/** Between the first probes of two cameras, so that a start is no storm. */
const STAGGER_MS = 50;

export function startProber({ store, secrets, bus, cameras, clock, log, intervalMs }: Parts): Prober {
  const records = store.collection(CAMERAS);
  const probedAtMs = new Map<string, number>();
  const running = new Map<string, Promise<void>>();
  const stopped = new AbortController();
  const deadlines = createDeadlines(clock, (id) => void run(id));

  function run(id: string): Promise<void> {
    const work = probeNow(id)
      .catch((error: unknown) => log.error({ err: error, cameraId: id }, 'a camera could not be probed'))
      .finally(() => running.delete(id));
    running.set(id, work);
    return work;
  }

  async function probeNow(id: string): Promise<void> {
    const camera = records.get(id);
    if (!camera || !isProbed(camera) || camera.sealedSourceUrl === null) return;
    probedAtMs.set(id, clock.now());
    deadlines.set(id, clock.now() + intervalMs);
    const finding = await probe(secrets.open(camera.sealedSourceUrl, camera.uid), clock, stopped.signal);
    if (stopped.signal.aborted) return;
    log.debug({ cameraId: id, finding }, 'probed a camera');
    const after = records.get(id);
    // It may have been switched off or pointed elsewhere meanwhile.
    if (after && isProbed(after) && after.sealedSourceUrl === camera.sealedSourceUrl) {
      await cameras.observe(id, observationOf(finding, isoZulu(clock.now())));
    }
  }

  function dueAtMs(id: string): number {
    return (probedAtMs.get(id) ?? Number.NEGATIVE_INFINITY) + intervalMs;
  }

  async function changed(id: string): Promise<void> {
    const camera = records.get(id);
    if (camera && isProbed(camera)) {
      deadlines.set(id, Math.max(clock.now(), dueAtMs(id)));
      return;
    }
    deadlines.set(id, undefined);
    if (!camera) probedAtMs.delete(id);
    else if (camera.sourceType === 'rtsp') {
      await cameras.observe(id, { kind: 'notReady', at: isoZulu(clock.now()), reason: null });
    }
  }

  const stopListening = bus.on('event', ({ domain, event, entity }) => {
    const isAboutRecord = event === 'created' || event === 'updated' || event === 'removed';
    if (domain !== 'camera' || entity === null || !isAboutRecord) return;
    const id = String(entity);
    changed(id).catch((error: unknown) => log.error({ err: error, cameraId: id }, 'an event was lost'));
  });
  const first = [...records.values()].filter(isProbed);
  const staggerMs = Math.min(STAGGER_MS, intervalMs / first.length);
  for (const [index, { id }] of first.entries()) deadlines.set(id, clock.now() + index * staggerMs);

  return {
    control: {
      media: { list: () => [], get: () => undefined },
      async act(camera, action) {
        if (action !== 'probe') throw unavailable(`Nothing here carries streams: ${action} needs MediaMTX`);
        if (!isProbed(camera)) throw unavailable('Only an enabled camera with a source of type rtsp can be probed');
        const now = running.get(camera.id);
        if (now !== undefined) await now;
        else if (clock.now() < dueAtMs(camera.id)) {
          const message = `A camera is not probed more often than every ${intervalMs / 1000} seconds`;
          throw new ApiError('too_many_requests', { message });
        } else await run(camera.id);
      },
    },
    async close() {
      stopListening();
      deadlines.close();
      stopped.abort();
      await Promise.all(running.values());
    },
  };
}

function isProbed({ isEnabled, sourceType, sealedSourceUrl }: CameraRecord): boolean {
  return isEnabled && sourceType === 'rtsp' && sealedSourceUrl !== null;
}

function observationOf(finding: Finding, at: string): Observation {
  if (finding === 'up') return { kind: 'ready', at, details: { sourceType: 'rtspSource' } };
  return { kind: 'notReady', at, reason: finding };
}

function unavailable(message: string): ApiError {
  return new ApiError('unavailable', { message });
}
