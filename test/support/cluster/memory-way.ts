/**
 * Owns the way between one bridge and what all of them keep, in memory: cut, requests fail, of which some are done all the same or are done
 * later, and what is told is missed; mended, it is told again before the bridge has noticed.
 */

export type Loss = 'is not done' | 'is done' | 'is done later';

export interface Way {
  readonly isCut: boolean;
  /** @throws while it is cut, and as often as it is told to fail */
  request<Result>(work: () => Result): Promise<Result>;
  tell(work: () => void): void;
  /** It is cut, and the bridge notices at once. @returns what ends it */
  onCut(listener: () => void): () => void;
  /** @returns what ends it */
  onAgain(listener: () => void): () => void;
}

export interface CuttableWay extends Way {
  /** @param loss what becomes of requests from now on */
  cut(loss: Loss): void;
  mend(): void;
  /** The bridge notices that it was mended. */
  again(): void;
  /** So many requests fail from now on. */
  failNext(count: number): void;
  /** Tells what is on its way. @returns whether there was anything */
  hear(): boolean;
  /** Nothing goes through any more, and nobody is told so. */
  end(): void;
}

export function memoryWay(): CuttableWay {
  const told: (() => void)[] = [];
  const late: (() => void)[] = [];
  const listeners = new Set<() => void>();
  const cutListeners = new Set<() => void>();
  let loss: Loss | undefined;
  let failures = 0;
  let isUnnoticed = false;
  let isOver = false;

  return {
    get isCut() {
      return loss !== undefined;
    },
    async request(work) {
      if (isOver) return new Promise(() => undefined);
      if (failures > 0) failures -= 1;
      else if (loss === undefined) return work();
      if (loss === 'is done') work();
      if (loss === 'is done later') late.push(work);
      throw new Error('the cluster does not answer');
    },
    tell(work) {
      if (loss === undefined && !isOver) told.push(work);
    },
    onCut(listener) {
      cutListeners.add(listener);
      return () => cutListeners.delete(listener);
    },
    onAgain(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    cut(how) {
      loss = how;
      isUnnoticed = true;
      for (const listener of cutListeners) listener();
    },
    mend() {
      loss = undefined;
      for (const work of late.splice(0)) work();
    },
    again() {
      if (loss !== undefined || !isUnnoticed) return;
      isUnnoticed = false;
      for (const listener of listeners) listener();
    },
    failNext(count) {
      failures = count;
    },
    hear() {
      const due = told.splice(0);
      for (const work of due) work();
      return due.length > 0;
    },
    end() {
      isOver = true;
      told.length = 0;
    },
  };
}
