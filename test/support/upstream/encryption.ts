/** Owns how NestMTX encrypts columns of its database, written from its own code's behaviour and not from ours. */

import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';

export function encryptAsNestMtx(message: unknown, appKey: string): string {
  const key = createHash('sha256').update(appKey).digest();
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const encrypted = Buffer.concat([cipher.update(JSON.stringify({ message })), cipher.final()]);
  const body = `${encrypted.toString('base64url')}.${iv.toString('base64url')}`;
  return `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`;
}
