/** Owns Google's published limits as Google counts them: by sliding windows, each call that arrived. */

export interface GoogleLimits {
  /** Counts a call against all of these. @returns the key of a limit that it exceeds */
  count(...limits: readonly Limit[]): string | undefined;
}

type Limit = readonly [key: string, limit: number, windowMs: number];

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export function googleLimits(now: () => number): GoogleLimits {
  const calls = new Map<string, number[]>();
  return {
    count(...limits) {
      let exceeded: string | undefined;
      for (const [key, limit, windowMs] of limits) {
        const made = [...(calls.get(key) ?? []).filter((at) => at > now() - windowMs), now()];
        calls.set(key, made);
        if (made.length > limit) exceeded = key;
      }
      return exceeded;
    },
  };
}

export function listLimits(project: string): Limit[] {
  return [[`list ${project}`, 5, MINUTE_MS]];
}

export function commandLimits(project: string, device: string, command: string): Limit[] {
  return [
    [`commands of ${project}`, 10, MINUTE_MS],
    [`${command} of ${device}`, 5, MINUTE_MS],
    [`commands of ${device}`, 30, MINUTE_MS],
    [`hour of ${device}`, 100, HOUR_MS],
  ];
}
