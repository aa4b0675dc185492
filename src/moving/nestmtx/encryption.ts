/** Owns the opening of what NestMTX encrypts: AES-256-CBC under the SHA-256 of its APP_KEY, `cipher.iv.mac` in base64url. */

import { createDecipheriv, createHash } from 'node:crypto';
import { isObject } from '../../protocol/envelope.ts';

/** @returns what was encrypted; undefined for another key, and for what was never encrypted */
export function openNestMtx(text: string, appKey: string): unknown {
  const [cipher = '', iv = ''] = text.split('.');
  try {
    // What is only read needs no proof of who wrote it: the last part is passed over, and a wrong key opens no JSON.
    const decipher = createDecipheriv(
      'aes-256-cbc',
      createHash('sha256').update(appKey).digest(),
      Buffer.from(iv, 'base64url'),
    );
    const plain = decipher.update(cipher, 'base64url', 'utf8') + decipher.final('utf8');
    const opened: unknown = JSON.parse(plain);
    return isObject(opened) ? opened['message'] : undefined;
  } catch {
    return undefined;
  }
}
