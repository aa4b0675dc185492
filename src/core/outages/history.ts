/**
 * Owns the past of all cameras: listens to their states, keeps what changes within a second, and answers from memory. A minute that
 * the service cannot account for, since it did not run or the machine slept, is one in which we were blind.
 */

import type { CameraState } from '../../protocol/events.ts';
import type { Bus } from '../bus.ts';
import type { Cameras } from '../cameras/cameras.ts';
import { CAMERAS } from '../cameras/records.ts';
import type { Clock, Log } from '../ports.ts';
import type { Store, Transaction } from '../store.ts';
import { conditionOf, type Told, turnedAtMs } from './condition.ts';
import { followPasts, putAlive, putGrowths, readAliveMs, readPasts, removePast } from './kept-past.ts';
import { lastFallOf, type Outage, outagesOf } from './outage.ts';
import { beginning, cut, type Growth, turned } from './past.ts';
import { type Uptime, uptimeOf, WINDOWS_MS, type WindowName } from './uptime.ts';

export interface History {
  /** Of a camera, in each window that ends now. */
  uptime(cameraId: string): Readonly<Record<WindowName, Uptime>>;
  /** The last time that a camera was found down, with its beginning although we may have been blind in between. */
  lastFall(cameraId: string): Outage | undefined;
  /** Each time that a camera was down, or that we were blind to it; with `isIdle`, that nobody wanted it instead. */
  outages(isIdle?: boolean): Iterable<Outage>;
  /**
   * Listens and keeps from now on: for the service, since a command that runs while no service does sees no camera; and for one bridge of
   * a cluster, whose pasts the others show.
   * @param takesOver another bridge has kept them until a moment ago
   * @returns what ends it, and says that it ended in good order
   */
  start(takesOver?: boolean): () => Promise<void>;
}

interface Parts {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly cameras: Pick<Cameras, 'facts' | 'states'>;
  /** Whether other bridges have the same cameras. */
  readonly isShared?: boolean;
}

const BEAT_MS = 60_000;
/** What happens together is written together, and behind the events that tell of it. */
const WRITE_MS = 1000;
/** A beat that is this late was not late but missed. */
const MISSED_MS = 3 * BEAT_MS;
const STOPPED: Told = { condition: 'blind', reason: 'service-stopped' };

export function createHistory({ store, bus, clock, log, cameras, isShared = false }: Parts): History {
  const pasts = readPasts(store);
  let aliveMs = lastAliveMs();
  // Where others run, what has been since our end is theirs to tell.
  let sinceTheEnd = isShared ? [] : goBlind(aliveMs);
  let startedMs = Number.POSITIVE_INFINITY;
  let writing: Promise<unknown> = Promise.resolve();
  let cancel = () => {};
  let unwritten: Growth[] = [];
  let cancelWrite: (() => void) | undefined;
  let isListening = false;

  function lastAliveMs(): number {
    return Math.min(readAliveMs(store, pasts), clock.now());
  }

  if (isShared) followPasts(store, pasts);

  /** What is not on disk is known all the same, until the next start. */
  function keep(change: (tx: Transaction) => void, failed = () => {}): void {
    const written = store.commit(change).catch((error: unknown) => {
      log.error({ err: error }, 'the history of cameras could not be saved');
      failed();
    });
    writing = Promise.all([writing, written]);
  }

  function grow(id: string, told: Told, atMs: number): Growth[] {
    const before = pasts.get(id);
    const growth = turned(before ?? beginning(id, atMs), told, atMs);
    if (growth.past === before) return [];
    pasts.set(id, growth.past);
    return [growth];
  }

  /** From then on nobody saw whoever was seen before. */
  function goBlind(sinceMs: number): Growth[] {
    const seen = [...pasts.values()].filter(({ now }) => now.condition !== 'idle' && now.reason !== STOPPED.reason);
    return seen.flatMap(({ now }) => grow(now.id, STOPPED, sinceMs));
  }

  function see(cameraId: number, state: CameraState): Growth[] {
    const id = String(cameraId);
    const told = conditionOf(state);
    if (!told) return [];
    const nowMs = clock.now();
    // What went before our start went before the eyes of another run; between the two nobody saw it.
    const isLost = cameras.facts(id).missing?.isLost === true && Date.parse(state.since ?? '') >= startedMs;
    return grow(id, told, turnedAtMs(state, isLost, pasts.get(id)?.now.fromMs ?? nowMs, nowMs));
  }

  function forget(id: string): void {
    const past = pasts.get(id);
    pasts.delete(id);
    // Nothing of it may be written after it is gone.
    write([]);
    if (past) keep((tx) => removePast(tx, past));
  }

  function listen(): () => void {
    // They were removed while nobody listened.
    for (const id of pasts.keys()) if (!store.collection(CAMERAS).get(id)) forget(id);
    const seen = cameras.states().flatMap(({ cameraId, state }) => see(cameraId, state));
    write([...sinceTheEnd.filter(({ past }) => pasts.has(past.now.id)), ...seen]);
    return bus.on('cameraState', ({ cameraId, state }) => {
      if (state === null) forget(String(cameraId));
      else keepSoon(see(cameraId, state));
    });
  }

  function keepSoon(growths: readonly Growth[]): void {
    if (growths.length === 0) return;
    unwritten.push(...growths);
    cancelWrite ??= clock.after(WRITE_MS, () => write([]));
  }

  /** @param last in this order: a condition that is written later is the one that holds */
  function write(last: readonly Growth[], aliveAtMs?: number): void {
    cancelWrite?.();
    cancelWrite = undefined;
    const growths = [...unwritten, ...last];
    unwritten = [];
    if (growths.length === 0 && aliveAtMs === undefined) return;
    const change = (tx: Transaction) => {
      putGrowths(tx, growths);
      if (aliveAtMs !== undefined) putAlive(tx, aliveAtMs);
    };
    keep(change, () => {
      if (isListening) unwritten.unshift(...growths.flatMap(stillTrue));
    });
  }

  /** It is written with the next change, or the next beat: what has become of the camera meanwhile holds. */
  function stillTrue(growth: Growth): Growth[] {
    const past = pasts.get(growth.past.now.id);
    return past ? [{ ...growth, past }] : [];
  }

  function beat(): void {
    const nowMs = clock.now();
    const growths = nowMs - aliveMs > MISSED_MS ? missed(nowMs) : [];
    growths.push(...tooOld(nowMs));
    aliveMs = nowMs;
    if (pasts.size > 0) write(growths, nowMs);
    cancel = clock.after(BEAT_MS, beat);
  }

  function missed(nowMs: number): Growth[] {
    const before = [...pasts.values()].map(({ now }) => now);
    const growths = goBlind(aliveMs);
    return [...growths, ...before.flatMap(({ id, condition, reason }) => grow(id, { condition, reason }, nowMs))];
  }

  function tooOld(nowMs: number): Growth[] {
    const growths = [...pasts.values()].map((past) => cut(past, nowMs)).filter(({ given }) => given.length > 0);
    for (const { past } of growths) pasts.set(past.now.id, past);
    return growths;
  }

  return {
    uptime(cameraId) {
      const inWindow = (name: WindowName) => uptimeOf(pasts.get(cameraId), WINDOWS_MS[name], clock.now());
      return { '24h': inWindow('24h'), '7d': inWindow('7d'), '30d': inWindow('30d') };
    },
    lastFall: (cameraId) => lastFallOf(pasts.get(cameraId)),
    *outages(isIdle = false) {
      for (const past of pasts.values()) yield* outagesOf(past, isIdle);
    },
    start(takesOver = false) {
      startedMs = clock.now();
      if (isShared) {
        aliveMs = lastAliveMs();
        const isMissed = !takesOver || startedMs - aliveMs > MISSED_MS;
        sinceTheEnd = isMissed ? goBlind(aliveMs) : [];
      }
      isListening = true;
      const stop = listen();
      aliveMs = clock.now();
      beat();
      return async () => {
        stop();
        cancel();
        isListening = false;
        if (pasts.size > 0) write([], clock.now());
        await writing;
      };
    },
  };
}
