/**
 * Owns whether a source of the truth about cameras can be asked: tells the log each change once, the cameras when a silence lasts, and
 * everybody that it is this one thing that is wrong.
 */

import { ApiError } from '../../protocol/api-error.ts';
import type { Clock, Log } from '../ports.ts';
import { isoZulu } from '../wire-time.ts';
import type { Cameras } from './cameras.ts';
import type { Observation } from './observation.ts';
import type { CameraRecord } from './records.ts';

/** Something that carries streams, or knows of cameras: when it is gone, so is what can be said of them. */
interface CameraSource {
  /** On the wire. */
  readonly name: 'mediamtx' | 'go2rtc';
  /** For people. */
  readonly title: string;
  /** The cameras that nobody else tells of. */
  cameras(): CameraRecord[];
}

export interface Reachability {
  /** @returns true when it could not be asked before, or never was */
  answered(): boolean;
  failed(error: unknown): void;
  /** Undefined before the first answer or failure. */
  readonly isUp: boolean | undefined;
  /** Why it cannot be asked, while that is so. */
  readonly trouble: 'refused' | 'unreachable' | undefined;
  close(): void;
}

const REFUSED_LOGIN = 'refused login';

/** It is there, and does not take our name and password: that is for a person to mend. */
export function refusedLogin(message: string): ApiError {
  return new ApiError('upstream_failed', { message, cause: REFUSED_LOGIN });
}

function isRefusedLogin(error: unknown): boolean {
  return error instanceof ApiError && error.cause === REFUSED_LOGIN;
}

interface Parts {
  readonly source: CameraSource;
  readonly cameras: Pick<Cameras, 'observe' | 'sourceChanged'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** A restart takes less. */
const GRACE_MS = 10_000;
const DOWN_MS = 30_000;

export function createReachability({ source, cameras, clock, log }: Parts): Reachability {
  const reason = `${source.name}-unreachable`;
  let problem: string | undefined;
  let isUp: boolean | undefined;
  let trouble: Reachability['trouble'];
  let alarms: readonly (() => void)[] = [];
  /** What could not be stored, as while NATS chooses a leader: said again with the next answer or failure, unless it is not so any more. */
  let unsaid: (() => void)[] = [];

  function observe(seen: Observation): void {
    for (const { id } of source.cameras()) observeOne(id, seen);
  }

  function observeOne(id: string, seen: Observation): void {
    const lost = () => {
      if (isUp === false) unsaid.push(() => observeOne(id, seen));
    };
    cameras.observe(id, seen).then(
      ({ isRefused }) => isRefused && lost(),
      (error: unknown) => {
        log.error({ err: error, cameraId: id }, 'what is seen of a camera could not be kept; trying again');
        lost();
      },
    );
  }

  function tell(isThere: boolean): void {
    const { name } = source;
    cameras
      .sourceChanged({ source: name, isThere, reason, cameras: source.cameras().length })
      .catch((error: unknown) => {
        log.error({ err: error, source: name }, 'an event could not be kept; trying again');
        if (isUp === isThere) unsaid.push(() => tell(isThere));
      });
  }

  function sayAgain(): void {
    for (const say of unsaid.splice(0)) say();
  }

  function doubt(): void {
    observe({ kind: 'unknown', at: isoZulu(clock.now()), reason });
  }

  function disarm(): void {
    for (const cancel of alarms) cancel();
    alarms = [];
  }

  return {
    get isUp() {
      return isUp;
    },
    get trouble() {
      return trouble;
    },
    answered() {
      const wasUp = isUp === true;
      disarm();
      isUp = true;
      if (wasUp) sayAgain();
      else {
        log.info({}, `${source.title} answers`);
        unsaid = [];
        tell(true);
      }
      trouble = undefined;
      problem = undefined;
      return !wasUp;
    },
    failed(error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== problem) log.warn({ reason: message }, `${source.title} cannot be asked about its streams`);
      problem = message;
      trouble = isRefusedLogin(error) ? 'refused' : 'unreachable';
      if (isUp === false) return sayAgain();
      const isFirst = isUp === undefined;
      isUp = false;
      unsaid = [];
      // Nothing was ever known: that is so from the start.
      if (isFirst) doubt();
      alarms = [
        clock.after(GRACE_MS, () => {
          doubt();
          tell(false);
        }),
        clock.after(DOWN_MS, () => observe({ kind: 'notReady', at: isoZulu(clock.now()), doubt: reason })),
      ];
    },
    close: disarm,
  };
}
