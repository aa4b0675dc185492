/**
 * Owns that Google is gone, as one thing that is told once: it cannot be reached, or a login there is lost. Its cameras are not down then,
 * they are out of sight; a feed that goes on is not touched.
 */

import type { Bus } from '../core/bus.ts';
import type { Cameras } from '../core/cameras/cameras.ts';
import { isInUse } from '../core/cameras/expectation.ts';
import { CAMERAS, type CameraRecord } from '../core/cameras/records.ts';
import { SOURCE_GONE } from '../core/cameras/source-told.ts';
import { FACTS } from '../core/fact-records.ts';
import { CREDENTIALS } from '../core/google/credentials.ts';
import { PAST_EVENTS } from '../core/happened/past-events.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { isoZulu } from '../core/wire-time.ts';
import type { BridgeEvent } from '../protocol/events.ts';

interface Parts {
  readonly store: Store;
  readonly cameras: Pick<Cameras, 'sourceChanged' | 'observe' | 'facts'>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

export interface GoogleOutage {
  /** The reason why nothing can be known of a camera; undefined where that is not so. */
  doubtOf(camera: CameraRecord): string | undefined;
  /** Google has answered, whatever. */
  reached(): void;
  /** Google was not there for something; to be called again while that lasts. */
  missed(): void;
  /** Whether it is told to be out of reach. */
  readonly isGone: boolean;
  close(): void;
}

const SOURCE = 'google';
const LOST = 'google-login';
const UNREACHED = 'google-unreachable';
/** A network that is switched over takes less. */
const GRACE_MS = 30_000;

export function watchGoogleOutage({ store, cameras, bus, clock, log }: Parts): GoogleOutage {
  const credentials = store.collection(CREDENTIALS);
  const records = store.collection(CAMERAS);
  let isGone = wasToldGone(store);
  /** Since when it was not there, as far as was asked. */
  let missedSinceMs: number | undefined;
  /** What was told last; after a start nobody knows. */
  let reason = LOST;
  /** Something could not be stored, as while NATS chooses a leader: it is said again as soon as Google is asked again. */
  let isUnsaid = false;

  function doubtOf({ sourceType, credentialId }: CameraRecord): string | undefined {
    if (sourceType !== 'google' || credentialId === null) return undefined;
    const tokens = credentials.get(String(credentialId))?.sealedTokens ?? null;
    if (tokens === null) return LOST;
    return isGone ? UNREACHED : undefined;
  }

  const blind = () => [...records.values()].filter((camera) => isInUse(camera) && doubtOf(camera) !== undefined);

  /** Another login may still be lost when Google is back; and where nobody's camera is blind, nobody misses it. */
  function tell(isThere: boolean): void {
    const [first, ...others] = blind();
    if (isThere === (first !== undefined)) return;
    if (first) reason = doubtOf(first) ?? reason;
    cameras
      .sourceChanged({ source: SOURCE, isThere, reason, cameras: first ? others.length + 1 : 0 })
      .catch((error: unknown) => {
        log.error({ err: error, source: 'google' }, 'an event could not be kept; trying again');
        isUnsaid = true;
      });
  }

  /** What MediaMTX carries says for itself that it goes on. */
  function doubt(): void {
    const at = isoZulu(clock.now());
    for (const camera of blind()) {
      if (!cameras.facts(camera.id).ready) observe(camera, { kind: 'unknown', at, reason: doubtOf(camera) ?? reason });
    }
  }

  function trustAgain(): void {
    const at = isoZulu(clock.now());
    for (const camera of records.values()) {
      if (cameras.facts(camera.id).doubt === UNREACHED) observe(camera, { kind: 'notReady', at, absence: 'idle' });
    }
  }

  function observe({ id }: CameraRecord, seen: Parameters<Cameras['observe']>[1]): void {
    cameras.observe(id, seen).then(
      ({ isRefused }) => {
        isUnsaid ||= isRefused === true;
      },
      (error: unknown) => log.error({ err: error, cameraId: id }, 'an event was lost'),
    );
  }

  function back(): void {
    missedSinceMs = undefined;
    const wasUnsaid = isUnsaid;
    isUnsaid = false;
    if (isGone || wasUnsaid) {
      isGone = false;
      trustAgain();
    }
    tell(true);
    // A login that is lost is none the less for it.
    if (wasUnsaid) tell(false);
  }

  function gone(): void {
    if (!isGone) log.warn({}, 'Google cannot be reached: nothing is known of its cameras');
    isGone = true;
    isUnsaid = false;
    doubt();
    tell(false);
  }

  /** Of several bridges one asks, and all are asked how it is with a camera. */
  function heard({ domain, event, details }: BridgeEvent): void {
    if (domain === 'credentials' && event !== 'reauthenticated') tell(event === 'authenticated');
    if (domain !== 'source' || details['source'] !== SOURCE) return;
    if (event === 'online') isGone = false;
    else if (details['reason'] === UNREACHED) isGone = true;
  }

  const stop = bus.on('event', heard);

  return {
    doubtOf,
    reached: back,
    missed() {
      missedSinceMs ??= clock.now();
      if (isGone ? isUnsaid : clock.now() - missedSinceMs >= GRACE_MS) gone();
    },
    get isGone() {
      return isGone;
    },
    close: stop,
  };
}

/** Before our start, or by a bridge that is no more: whoever sees its cameras now must know. */
function wasToldGone(store: Store): boolean {
  if (store.collection(FACTS).get(SOURCE_GONE + SOURCE) === undefined) return false;
  const told = [...store.collection(PAST_EVENTS).values()].map(({ event }) => event);
  const last = told.findLast(({ domain, details }) => domain === 'source' && details['source'] === SOURCE);
  return last?.details['reason'] === UNREACHED;
}
