/** Owns how much work an account may cause: a bucket that is charged for what goes out, and says how long to wait when it is empty. */

export interface WorkRate {
  /** How much may be done now; Infinity where there is no limit, 0 or less while there is a debt. */
  allowance(nowMs: number): number;
  charge(work: number): void;
  /** What was done since the last look, and whether that was about all that was allowed. */
  look(nowMs: number): { readonly perSecond: number; readonly isHeldUp: boolean };
  /** Others allow the rest. */
  limitTo(perSecond: number, nowMs: number): void;
  /** Until there is a burst's worth to do again, or all of the debt is paid. */
  waitMs(nowMs: number): number;
}

/** A busy processor, or a pause between two turns, costs a little of what is allowed. */
const NEARLY_ALL = 0.9;

export const UNLIMITED: WorkRate = {
  allowance: () => Number.POSITIVE_INFINITY,
  charge: () => undefined,
  look: () => ({ perSecond: 0, isHeldUp: false }),
  limitTo: () => undefined,
  waitMs: () => 0,
};

/**
 * @param burst what an account that was quiet may cause at once
 * @param nowMs monotonic: a clock that is set back must lock nobody out
 */
export function createWorkRate(limit: { perSecond: number; burst: number }, nowMs: number): WorkRate {
  const { burst } = limit;
  let { perSecond } = limit;
  let tokens = burst;
  let filledAtMs = nowMs;
  let done = 0;
  let lookedAtMs = nowMs;

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
      done += work;
    },
    look(now) {
      const donePerSecond = now > lookedAtMs ? (done * 1000) / (now - lookedAtMs) : 0;
      done = 0;
      lookedAtMs = now;
      return { perSecond: Math.round(donePerSecond), isHeldUp: donePerSecond >= NEARLY_ALL * perSecond };
    },
    limitTo(changed, now) {
      fill(now);
      perSecond = changed;
    },
    waitMs(now) {
      fill(now);
      const wanted = Math.min(burst, Math.max(1, perSecond / 100));
      return Math.max(1, Math.ceil(((wanted - tokens) * 1000) / perSecond));
    },
  };
}
