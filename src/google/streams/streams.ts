/**
 * Owns the streams that Google serves: one session per camera, asked for on demand and extended before it ends for as long as the
 * camera is known to be watched. A session that has expired is never extended: who comes next gets a new one.
 */

import type { Cameras } from '../../core/cameras/cameras.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { createDeadlines } from '../../core/timing/deadlines.ts';
import { createTurns } from '../../core/timing/in-turn.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { type Answer, type Failure, failed, granted, isOwnLimit } from '../answer.ts';
import { isWorthRetrying, pauseAfter } from '../back-off.ts';
import type { StreamProtocol } from '../device.ts';
import type { GoogleCameras } from '../google-cameras.ts';
import { createHolds } from '../holds.ts';
import type { Sdm } from '../sdm.ts';
import { watchLeftovers } from './leftovers.ts';
import { extend, generateRtsp, generateWebRtc, isOver, MARGIN_MS, type Session, stop } from './session.ts';

export interface Streams {
  /** Whether this is an enabled camera that Google serves over this protocol. */
  serves(cameraId: string, protocol: StreamProtocol): boolean;
  /**
   * Where the camera can be watched by one client; a new session where there is none that can be trusted.
   * To ask is a demand, unless the media server keeps the camera up by itself; and so it is for WebRTC.
   */
  rtspUrl(cameraId: string): Promise<Answer<string>>;
  /** Exchanges an offer of WebRTC, in the form Google takes, for Google's answer: always a new session. */
  webRtc(cameraId: string, offerSdp: string): Promise<Answer<string>>;
  /** Nobody watches any more. */
  release(cameraId: string): Promise<void>;
  /** Extends nothing more. What runs is left to run out: who watches must not notice that we restart. */
  close(): Promise<void>;
}

interface Ports {
  readonly served: GoogleCameras;
  readonly cameras: Pick<Cameras, 'observe'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly sdm: Sdm;
  readonly random: () => number;
  /** Whether other bridges serve cameras, too. */
  readonly isShared: boolean;
}

interface Running {
  readonly session: Session;
  /** When its address was last given to somebody. */
  readonly handedOutAtMs: number;
  /** Attempts to extend it that failed in a row. */
  readonly failures: number;
  /** Nobody was known to watch when it was due: it runs out unless somebody asks for it again. */
  readonly isLeft?: true;
}

const EXTEND_EARLIEST_MS = 90_000;
const EXTEND_LATEST_MS = 60_000;
/** Who comes back this soon could not use what he was given. */
const DISTRUST_MS = 20_000;
/** After this time whoever asked either watches, which the media server tells, or has gone. */
const ARRIVAL_MS = 60_000;

export function createStreams({ served, cameras, clock, log, sdm, random, isShared }: Ports): Streams {
  const inTurn = createTurns();
  const running = new Map<string, Running>();
  const holds = createHolds(clock, random);
  const working = new Set<Promise<unknown>>();
  const deadlines = createDeadlines(clock, (id) => {
    const work = inTurn(id, () => keepUp(id)).catch((error: unknown) => {
      log.error({ err: error, cameraId: id }, 'a stream could not be kept up');
    });
    working.add(work);
    void work.finally(() => working.delete(work));
  });

  const unshown = (error: unknown) => log.warn({ err: error }, 'when a stream ends could not be shown');
  const leftovers = watchLeftovers({ served, clock, log });

  // Whoever asked before our own start may have gone since.
  for (const id of served.demanded()) if (!isShared || !leftovers.has(id)) deadlines.set(id, clock.now() + ARRIVAL_MS);

  async function serve<T>(id: string, protocol: StreamProtocol, answer: () => Promise<Answer<T>>): Promise<Answer<T>> {
    const target = served.target(id, protocol);
    if (!target.ok) return target;
    await served.demand(id);
    const given = await inTurn(id, answer);
    if (!running.has(id)) deadlines.set(id, clock.now() + ARRIVAL_MS);
    return given;
  }

  /** Opens a session in place of any other, unless the last failure is too fresh: then nobody is asked. */
  async function open<T>(id: string, generate: () => Promise<Answer<T>>, sessionOf: (value: T) => Session) {
    const held = holds.why(id);
    if (held) return failed(503, held.code, held.message, held.retryAfterMs);
    await drop(id, true);
    const answer = await generate();
    if (!answer.ok) {
      hold(id, answer.failure);
      return answer;
    }
    const session = sessionOf(answer.value);
    if (isOver(session, clock.now())) {
      const late = failed(502, 'DEADLINE_EXCEEDED', 'Google opened a stream that had expired already');
      hold(id, late.failure);
      return late;
    }
    await keep(id, { session, handedOutAtMs: clock.now(), failures: 0 });
    return answer;
  }

  function hold(id: string, failure: Failure): void {
    const { failures, pauseMs } = holds.add(id, failure);
    log.warn({ cameraId: id, failures, pauseMs, failure }, 'Google serves no stream of a camera');
  }

  async function rtspUrl(id: string, askedAtMs: number): Promise<Answer<string>> {
    const target = served.target(id, 'RTSP');
    if (!target.ok) return target;
    const now = clock.now();
    const known = running.get(id);
    if (known?.session.protocol === 'RTSP' && !isOver(known.session, now)) {
      const isShared = known.handedOutAtMs >= askedAtMs;
      if (isShared || now - known.handedOutAtMs > DISTRUST_MS) {
        const { isLeft, ...handedOut } = { ...known, handedOutAtMs: now };
        if (isLeft) await keep(id, handedOut);
        else running.set(id, handedOut);
        return granted(known.session.url);
      }
      log.info({ cameraId: id }, 'the address of a stream was of no use; asking for another');
      await drop(id, true);
      const { failure } = failed(503, 'UNAVAILABLE', 'The last stream could not be watched');
      hold(id, failure);
    }
    const opened = await open(
      id,
      () => generateRtsp(sdm, target.value),
      (session) => session,
    );
    return opened.ok ? granted(opened.value.url) : opened;
  }

  async function webRtc(id: string, offerSdp: string): Promise<Answer<string>> {
    const target = served.target(id, 'WEB_RTC');
    if (!target.ok) return target;
    const opened = await open(
      id,
      () => generateWebRtc(sdm, target.value, offerSdp),
      ({ session }) => session,
    );
    return opened.ok ? granted(opened.value.answerSdp) : opened;
  }

  async function keepUp(id: string): Promise<void> {
    const known = running.get(id);
    if (!known) return endDemand(id);
    const { session } = known;
    if (!isWatched(id, known)) return leave(id, known);
    const answer = isOver(session, clock.now()) ? OVER : await extend(sdm, session, session.expiresAtMs - MARGIN_MS);
    if (!answer.ok) return notExtended(id, known, answer.failure);
    holds.clear(id);
    await keep(id, { ...known, session: answer.value, failures: 0 });
    const expiresAt = isoZulu(answer.value.expiresAtMs);
    await cameras.observe(id, { kind: 'extended', at: isoZulu(clock.now()), expiresAt });
  }

  async function endDemand(id: string): Promise<void> {
    if (!(await served.endDemand(id))) deadlines.set(id, clock.now() + ARRIVAL_MS);
  }

  function isWatched(id: string, { handedOutAtMs }: Running): boolean {
    return served.isWatched(id) || clock.now() - handedOutAtMs < ARRIVAL_MS;
  }

  /** Left to run out and not stopped: without MediaMTX somebody may watch whom nobody sees. */
  async function leave(id: string, known: Running): Promise<void> {
    const { expiresAtMs } = known.session;
    if (isOver(known.session, clock.now())) {
      await drop(id, false);
      return endDemand(id);
    }
    log.debug({ cameraId: id }, 'a stream that nobody is known to watch is not extended');
    running.set(id, { ...known, isLeft: true });
    deadlines.set(id, expiresAtMs - MARGIN_MS);
  }

  async function notExtended(id: string, known: Running, failure: Failure): Promise<void> {
    const { session } = known;
    const failures = known.failures + 1;
    const pauseMs = pauseAfter(failure, failures, random);
    if (failure.status === 429) hold(id, failure);
    if (isWorthRetrying(failure) && !isOver(session, clock.now())) {
      running.set(id, { ...known, failures });
      deadlines.set(id, Math.min(clock.now() + pauseMs, session.expiresAtMs));
      // Nothing has failed: it will be Google's turn in a moment.
      if (isOwnLimit(failure)) return;
    } else {
      // What Google refuses for good, a battery camera for one, is left to run out: who watches comes back for a new one.
      await drop(id, false);
    }
    const { message, code, status } = failure;
    const expiresAt = isoZulu(session.expiresAtMs);
    const error = { message, code, status };
    await cameras.observe(id, { kind: 'failed-extension', at: isoZulu(clock.now()), expiresAt, error });
  }

  async function keep(id: string, now: Running): Promise<void> {
    const { expiresAtMs } = now.session;
    running.set(id, now);
    const leadMs = EXTEND_LATEST_MS + random() * (EXTEND_EARLIEST_MS - EXTEND_LATEST_MS);
    deadlines.set(id, Math.max(expiresAtMs - leadMs, (clock.now() + expiresAtMs) / 2));
    await served.showExpiry(id, expiresAtMs).catch(unshown);
  }

  /** @param isStopped whether Google is told, which it is only while the session lasts */
  async function drop(id: string, isStopped: boolean): Promise<void> {
    const known = running.get(id);
    if (!known) return;
    running.delete(id);
    deadlines.set(id, clock.now() + ARRIVAL_MS);
    await served.hideExpiry(id, known.session.expiresAtMs).catch(unshown);
    if (!isStopped || isOver(known.session, clock.now())) return;
    const answer = await stop(sdm, known.session);
    // It ends by itself within five minutes.
    if (!answer.ok) log.debug({ cameraId: id, failure: answer.failure }, 'a stream could not be stopped');
  }

  return {
    serves: (id, protocol) => served.target(id, protocol).ok,
    rtspUrl(id) {
      const askedAtMs = clock.now();
      return serve(id, 'RTSP', () => rtspUrl(id, askedAtMs));
    },
    webRtc: (id, offerSdp) => serve(id, 'WEB_RTC', () => webRtc(id, offerSdp)),
    async release(id) {
      await served.endDemand(id);
      await inTurn(id, () => drop(id, true));
    },
    async close() {
      leftovers.close();
      deadlines.close();
      await Promise.all(working);
      deadlines.close();
    },
  };
}

const OVER = failed(504, 'DEADLINE_EXCEEDED', 'The stream expired before it could be extended');
