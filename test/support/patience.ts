/** Owns how long a test waits for something before it calls it a fault: no limit here measures how fast the machine is. */

import { vi } from 'vitest';

/** What a mutation has taken away never comes, and thousands are tried one after another: nothing that is waited for there takes a second. */
const tryingMutations = process.env['TRYING_MUTATIONS'] === 'true';

/** Of one condition. A busy machine takes seconds for what a quiet one does at once; only a failure ever waits this long. */
export const PATIENCE_MS = tryingMutations ? 4_000 : 60_000;

/** Of one test, and of one preparation: several conditions one after another. */
export const TEST_MS = tryingMutations ? 15_000 : 180_000;

/** Repeats assertions until they hold. */
export function comesTrue(assertions: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(assertions, { timeout: PATIENCE_MS, interval: 10 });
}
