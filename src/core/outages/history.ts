/**
 * Owns the past of all cameras: listens to their states, keeps each change in one small write, and answers from memory. A minute that
 * the service cannot account for, since it did not run or the machine slept, is one in which we were blind.
 */

import type { CameraState } from '../../protocol/events.ts';
import type { Bus } from '../bus.ts';
import type { Cameras } from '../cameras/cameras.ts';
import { CAMERAS } from '../cameras/records.ts';
import type { Clock, Log } from '../ports.ts';
import type { Store, Transaction } from '../store.ts';
import { conditionOf, type Told, turnedAtMs } from './condition.ts';
import { putAlive, putGrowths, readAliveMs, readPasts, removePast } from './kept-past.ts';
import { lastFallOf, type Outage, outagesOf } from './outage.ts';
import { beginning, cut, type Growth, turned } from './past.ts';
import { type Uptime, uptimeOf, WINDOWS_MS, type WindowName } from './uptime.ts';

export interface History {
  /** Of a camera, in each window that ends now. */
  uptime(cameraId: string): Readonly<Record<WindowName, Uptime>>;
  /** The last time that a camera was found down, with its beginning although we may have been blind in between. */
  lastFall(cameraId: string): Outage | undefined;
  /** Each time that a camera was down, or that we were blind to it. */
  outages(): Iterable<Outage>;
  /**
   * Listens and keeps from now on: for the service, since a command that runs while no service does sees no camera.
   * @returns what ends it, and says that it ended in good order
   */
  start(): () => Promise<void>;
}

interface Parts {
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly cameras: Pick<Cameras, 'facts' | 'states'>;
}

const BEAT_MS = 60_000;
/** A beat that is this late was not late but missed. */
const MISSED_MS = 3 * BEAT_MS;
const STOPPED: Told = { condition: 'blind', reason: 'service-stopped' };

export function createHistory({ store, bus, clock, log, cameras }: Parts): History {
  const pasts = readPasts(store);
  let aliveMs = Math.min(readAliveMs(store, pasts), clock.now());
  const sinceTheEnd = goBlind(aliveMs);
  let writing: Promise<unknown> = Promise.resolve();
  let cancel = () => {};

  /** What is not on disk is known all the same, until the next start. */
  function keep(change: (tx: Transaction) => void): void {
    const written = store.commit(change).catch((error: unknown) => {
      log.error({ err: error }, 'the history of cameras could not be saved');
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
    const isLost = cameras.facts(id).missing?.isLost === true;
    return grow(id, told, turnedAtMs(state, isLost, pasts.get(id)?.now.fromMs ?? nowMs, nowMs));
  }

  function forget(id: string): void {
    const past = pasts.get(id);
    pasts.delete(id);
    if (past) keep((tx) => removePast(tx, past));
  }

  function listen(): () => void {
    // They were removed while nobody listened.
    for (const id of pasts.keys()) if (!store.collection(CAMERAS).get(id)) forget(id);
    const seen = cameras.states().flatMap(({ cameraId, state }) => see(cameraId, state));
    const growths = [...sinceTheEnd.filter(({ past }) => pasts.has(past.now.id)), ...seen];
    keep((tx) => putGrowths(tx, growths));
    return bus.on('cameraState', ({ cameraId, state }) => {
      if (state === null) forget(String(cameraId));
      else keepNews(see(cameraId, state));
    });
  }

  function keepNews(growths: readonly Growth[]): void {
    if (growths.length > 0) keep((tx) => putGrowths(tx, growths));
  }

  function beat(): void {
    const nowMs = clock.now();
    const growths = nowMs - aliveMs > MISSED_MS ? missed(nowMs) : [];
    growths.push(...tooOld(nowMs));
    aliveMs = nowMs;
    if (pasts.size > 0) {
      keep((tx) => {
        putGrowths(tx, growths);
        putAlive(tx, nowMs);
      });
    }
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
    *outages() {
      for (const past of pasts.values()) yield* outagesOf(past);
    },
    start() {
      const stop = listen();
      aliveMs = clock.now();
      beat();
      return async () => {
        stop();
        cancel();
        const nowMs = clock.now();
        if (pasts.size > 0) keep((tx) => putAlive(tx, nowMs));
        await writing;
      };
    },
  };
}
