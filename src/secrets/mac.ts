/** Owns keyed digests: what a generated secret is checked against, so that a stolen store logs nobody in. */

import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

export interface Macs {
  /** HMAC-SHA256, base64url. */
  mac(text: string): string;
  /** Compares in constant time. */
  isMac(mac: string, text: string): boolean;
}

const KEY_BYTES = 32;

/** @param appKey with at least 256 bits of randomness, in whatever notation */
export function macWith(appKey: string): Macs {
  // A key of its own (RFC 5869): what encrypts must not also authenticate.
  const key = new Uint8Array(hkdfSync('sha256', appKey, '', 'nestmtx-bridge keyed digests v1', KEY_BYTES));
  const mac = (text: string) => createHmac('sha256', key).update(text).digest('base64url');
  return {
    mac,
    isMac(given, text) {
      const [a, b] = [Buffer.from(given), Buffer.from(mac(text))];
      return a.length === b.length && timingSafeEqual(a, b);
    },
  };
}
