/** Owns encryption at rest: AES-256-GCM, bound to what the secret is for. Opens nothing that was moved or changed. */

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { ApiError } from '../protocol/api-error.ts';

export interface Seal {
  seal(plain: string, boundTo: string): string;
  /** @throws ApiError `internal` when it was sealed under another key or for something else */
  open(sealed: string, boundTo: string): string;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1:';

/** Whether a text was made by `seal`, under whatever key. */
export function isSealed(text: unknown): boolean {
  return typeof text === 'string' && text.startsWith(VERSION);
}

/** @param appKey with at least 256 bits of randomness, in whatever notation */
export function sealWith(appKey: string): Seal {
  // HKDF (RFC 5869) makes a key of the right length of it, for this use alone.
  const key = new Uint8Array(hkdfSync('sha256', appKey, '', 'nestmtx-bridge secrets at rest v1', KEY_BYTES));
  return {
    seal(plain, boundTo) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(boundTo));
      const parts = [nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return VERSION + Buffer.concat(parts).toString('base64url');
    },

    open(sealed, boundTo) {
      try {
        if (!sealed.startsWith(VERSION)) throw new Error('unknown format');
        const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url');
        const nonce = bytes.subarray(0, NONCE_BYTES);
        const tag = bytes.subarray(-TAG_BYTES);
        const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(boundTo)).setAuthTag(tag);
        const text = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
        return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
      } catch (error) {
        const reason = 'a stored secret cannot be opened: it was sealed under another APP_KEY, or for something else';
        throw new ApiError('internal', { cause: new Error(reason, { cause: error }) });
      }
    },
  };
}
