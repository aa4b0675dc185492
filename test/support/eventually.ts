/** Owns waiting for a condition: looks again until it holds, and fails with what it saw last. */

import { PATIENCE_MS } from './patience.ts';

const STEP_MS = 5;

/** Resolves with the first value of `look` that is neither undefined nor false. */
export async function eventually<Value>(
  look: () => Value | undefined | false,
  what = String(look),
  timeoutMs = PATIENCE_MS,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = look();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}
