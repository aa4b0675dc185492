/** Owns what fails in a run of faults, and when: by chance, but never so often that it would count as flapping. */

import type { Chance } from './chance.ts';
import { COMMON, type Common, type House } from './house.ts';

export interface Strikes {
  /** To be called again and again: begins a fault when its time has come. */
  tick(): void;
  /** Resolves when all is well again. @throws what went wrong on the way */
  over(): Promise<void>;
  /** How many there were, of cameras and of what carries them. */
  summary(): string;
}

/** What is hidden by flapping cannot be compared. */
const MOST: Readonly<Record<Common, number>> = { mediamtx: 2, service: 2, broker: 1, go2rtc: 1 };
const MOST_OF_CAMERA = 3;
/** Until what carries cameras has carried them again. */
const REST_MS = 25_000;

export function createStrikes({ cameras, breakDown }: House, chance: Chance): Strikes {
  const counts = new Map<string, number>();
  const busy = new Map<string, Promise<void>>();
  const failures: unknown[] = [];
  let nextMs = 0;

  const countOf = (thing: string) => counts.get(thing) ?? 0;
  const isFree = (thing: string, most: number) => !busy.has(thing) && countOf(thing) < most;

  function strike(thing: string, episode: () => Promise<void>): void {
    counts.set(thing, countOf(thing) + 1);
    const work = episode()
      .catch((error: unknown) => void failures.push(error))
      .finally(() => busy.delete(thing));
    busy.set(thing, work);
  }

  const forMs: Record<Common, () => number> = {
    service: () => chance.between(500, 8000),
    broker: () => chance.between(1000, 20_000),
    // Once so shortly that it is no outage of its own, and once so long that it is.
    mediamtx: () => (countOf('mediamtx') === 1 ? chance.between(500, 6000) : chance.between(18_000, 28_000)),
    go2rtc: () => chance.between(15_000, 25_000),
  };

  /** One at a time: what can be seen through two holes at once is not worth a judge. */
  function common(): Common[] {
    if (COMMON.some((what) => busy.has(what))) return [];
    return COMMON.filter((what) => isFree(what, MOST[what]));
  }

  function begin(): void {
    const carriers = common();
    if (carriers.length > 0 && chance.next() < 0.2) {
      const what = chance.oneOf(carriers);
      strike(what, async () => {
        await breakDown(what, forMs[what]());
        await pause(REST_MS);
      });
      return;
    }
    const free = cameras.filter(({ name }) => isFree(name, MOST_OF_CAMERA));
    if (free.length === 0) return;
    const camera = chance.oneOf(free);
    strike(camera.name, async () => {
      await camera.become(chance.oneOf(camera.conditions));
      await pause(chance.between(15_000, 80_000));
      await camera.become('well');
      await pause(chance.between(25_000, 60_000));
    });
  }

  return {
    tick() {
      if (Date.now() < nextMs) return;
      nextMs = Date.now() + chance.between(3000, 9000);
      begin();
    },
    async over() {
      await Promise.all(busy.values());
      if (failures.length > 0) throw failures[0];
    },
    summary() {
      const of = (names: readonly string[]) => names.reduce((sum, name) => sum + countOf(name), 0);
      return `${of(cameras.map(({ name }) => name))} faults of cameras, ${of(COMMON)} of what carries them`;
    },
  };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
