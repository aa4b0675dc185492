/** Owns how much work an account may cause: a bucket that is charged for what goes out, and says how long to wait when it is empty. */

export interface WorkRate {
  /** How much may be done now; Infinity where there is no limit, 0 or less while there is a debt. */
  allowance(nowMs: number): number;
  charge(work: number): void;
  /** Until there is a burst's worth to do again, or all of the debt is paid. */
  waitMs(nowMs: number): number;
}

export const UNLIMITED: WorkRate = {
  allowance: () => Number.POSITIVE_INFINITY,
  charge: () => undefined,
  waitMs: () => 0,
};

/**
 * @param burst what an account that was quiet may cause at once
 * @param nowMs monotonic: a clock that is set back must lock nobody out
 */
export function createWorkRate({ perSecond, burst }: { perSecond: number; burst: number }, nowMs: number): WorkRate {
  let tokens = burst;
  let filledAtMs = nowMs;

  function fill(now: number): void {
    tokens = Math.min(burst, tokens + ((now - filledAtMs) * perSecond) / 1000);
    filledAtMs = now;
  }

  return {
    allowance(now) {
      fill(now);
      return tokens;
    },
    charge(work) {
      tokens -= work;
    },
    waitMs(now) {
      fill(now);
      const wanted = Math.min(burst, Math.max(1, perSecond / 100));
      return Math.max(1, Math.ceil(((wanted - tokens) * 1000) / perSecond));
    },
  };
}
