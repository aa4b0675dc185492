/** Owns waiting for long work of the service: how far it is, until it has ended. */

import type { OperationInfo } from '../../../../protocol/entities/system/operations.ts';
import { call, Refusal, type RefusalCode } from '../../api.ts';

const PAUSE_MS = 400;

/**
 * @param onProgress called with each look
 * @returns what came of it; undefined when it was cancelled
 * @throws Refusal when it failed
 */
export async function followOperation(id: string, onProgress: (now: OperationInfo) => void): Promise<unknown> {
  for (;;) {
    const now = await call('operations.read', undefined, id);
    onProgress(now);
    if (now.state === 'done') return now.result;
    if (now.state === 'cancelled') return undefined;
    // The code is one of the service's.
    if (now.error) throw new Refusal(now.error.code as RefusalCode, now.error.message);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
