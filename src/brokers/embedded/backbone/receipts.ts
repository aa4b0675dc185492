/** Owns the sum of what several brokers have removed. */

import type { CountedReceipt } from './backbone.ts';

export function sumOf(receipts: readonly CountedReceipt[]): CountedReceipt {
  let [kicked, offlineDropped, retainedPurged] = [0, 0, 0];
  for (const receipt of receipts) {
    kicked += receipt.kicked;
    offlineDropped += receipt.offlineDropped;
    retainedPurged += receipt.retainedPurged;
  }
  return { kicked, offlineDropped, retainedPurged };
}
