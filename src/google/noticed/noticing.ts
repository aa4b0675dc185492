/**
 * Owns that what Google's cameras notice is told: fetches it for all credentials that name a subscription, and tells each thing once, in
 * the order in which it happened. A message is acknowledged when what it says is on disk.
 */

import type { Cameras } from '../../core/cameras/cameras.ts';
import { CAMERAS } from '../../core/cameras/records.ts';
import { CREDENTIALS } from '../../core/google/credentials.ts';
import type { Clock, Log, Secrets } from '../../core/ports.ts';
import type { Store } from '../../core/store.ts';
import { isoZulu } from '../../core/wire-time.ts';
import type { NoticedEvent } from '../../protocol/events.ts';
import { type Failure, failed } from '../answer.ts';
import { createHolds } from '../holds.ts';
import type { Pauses } from '../pauses.ts';
import { type NoticedAt, noticeable, noticedIn } from './message.ts';
import type { Delivery, Subscription } from './subscription.ts';

export interface Noticing {
  /** Begins, ends, or begins anew, as the credentials are now. */
  watch(credentialId: string): void;
  /** Ends what is heard for these. */
  leave(credentialId: string): void;
  /** What the camera may tell: nothing where its credentials name no subscription. */
  noticedBy(cameraId: string): readonly NoticedEvent[];
  /** When the subscription of credentials last answered here. */
  readonly heardAtMs: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

interface Ports {
  readonly store: Store;
  readonly secrets: Pick<Secrets, 'checksum'>;
  readonly cameras: Pick<Cameras, 'observe'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly pauses: Pauses;
  readonly subscription: Subscription;
}

/** Google delivers within seconds; what is older is no reason to run to the door. */
const LATE_MS = 60_000;
/** Google may answer at once that there is nothing. */
const IDLE_MS = 1000;

export function createNoticing(ports: Ports): Noticing {
  const { store, secrets, cameras, clock, log, random, pauses, subscription } = ports;
  const credentials = store.collection(CREDENTIALS);
  const records = store.collection(CAMERAS);
  const running = new Map<string, AbortController>();
  const loops = new Set<Promise<void>>();
  const heard = new Map<string, number>();
  const holds = createHolds(clock, random);

  async function listen(id: string, name: string, { signal }: AbortController): Promise<void> {
    while (!signal.aborted) {
      const pauseMs = await fetchOnce(id, name, signal);
      if (pauseMs > 0 && !(await pauses.wait(pauseMs))) return;
    }
  }

  /** @returns how long to wait before the next */
  async function fetchOnce(id: string, name: string, signal: AbortSignal): Promise<number> {
    const answer = await subscription.pull(id, name, signal);
    if (signal.aborted) return 0;
    if (!answer.ok) return hindered(id, answer.failure);
    heard.set(id, clock.now());
    if (holds.clear(id)) log.info({ credentialId: id }, 'what the cameras at Google notice is heard again');
    if (answer.value.length === 0) return IDLE_MS;
    // What could not be kept has to come again, here or to another bridge: what was kept is known then.
    if (!(await tellAll(answer.value))) return hindered(id, UNKEPT);
    const ackIds = answer.value.map(({ ackId }) => ackId);
    const acknowledged = await subscription.acknowledge(id, name, ackIds);
    // They come again then, and are known.
    return acknowledged.ok || signal.aborted ? 0 : hindered(id, acknowledged.failure);
  }

  function hindered(id: string, failure: Failure): number {
    const { failures, pauseMs } = holds.add(id, failure);
    const text = 'what the cameras at Google notice cannot be heard; trying again';
    if (failures === 1) log.warn({ credentialId: id, pauseMs, failure, hint: HINTS[failure.status] }, text);
    else log.debug({ credentialId: id, failures, pauseMs, failure }, text);
    return pauseMs;
  }

  /** Google keeps no order. @returns whether all of it is kept */
  async function tellAll(deliveries: readonly Delivery[]): Promise<boolean> {
    const noticed = deliveries.flatMap(({ message }) => noticedIn(message));
    const now = clock.now();
    noticed.sort((one, other) => (one.atMs ?? now) - (other.atMs ?? now));
    for (const one of noticed) if (!(await tell(one, now))) return false;
    return true;
  }

  async function tell({ device, what, key, atMs = clock.now() }: NoticedAt, nowMs: number): Promise<boolean> {
    const camera = records.by('uid', device);
    if (!camera) return true;
    const { isRefused } = await cameras.observe(camera.id, {
      kind: 'noticed',
      what,
      // Google's ids are long, and are kept with the camera.
      key: secrets.checksum(key).slice(0, 16),
      // A clock of Google's that is ahead makes nothing happen later than now.
      at: isoZulu(Math.min(atMs, nowMs)),
      ...(nowMs - atMs > LATE_MS && { details: { late: true } }),
    });
    return isRefused !== true;
  }

  function leave(id: string): void {
    running.get(id)?.abort();
    running.delete(id);
    holds.clear(id);
  }

  return {
    leave,
    watch(id) {
      leave(id);
      heard.delete(id);
      const name = credentials.get(id)?.subscription;
      if (name === undefined) return;
      const stop = new AbortController();
      running.set(id, stop);
      const loop: Promise<void> = listen(id, name, stop)
        .catch((error: unknown) => {
          log.error({ err: error, credentialId: id }, 'what the cameras at Google notice is not heard any more');
        })
        .finally(() => loops.delete(loop));
      loops.add(loop);
    },
    noticedBy(cameraId) {
      const camera = records.get(cameraId);
      const { subscription: name } = credentials.get(String(camera?.credentialId)) ?? {};
      return camera?.sourceType === 'google' && name !== undefined ? noticeable(camera.info) : [];
    },
    heardAtMs: heard,
    async close() {
      for (const stop of running.values()) stop.abort();
      await Promise.all(loops);
    },
  };
}

const { failure: UNKEPT } = failed(503, 'UNAVAILABLE', 'What was heard could not be kept');

/** What a person can do about it, by status. */
const HINTS: Readonly<Record<number, string>> = {
  403: 'The authorisation does not include Pub/Sub, or this account may not use the subscription: authorise again, see docs/google.md',
  404: 'There is no such subscription',
};
