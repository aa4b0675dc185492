/** Owns the secrets port: randomness from the operating system, and cryptography from Node and argon2. */

import { hash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { Secrets } from '../core/ports.ts';
import { findAppKey } from './app-key.ts';
import { macWith } from './mac.ts';
import { slowPasswords } from './passwords.ts';
import { sealWith } from './seal.ts';

export interface SecretsOptions {
  /** Where `app.key` is kept if no key is given. */
  readonly dir: string;
  readonly appKey?: string | undefined;
}

/** Tells people and secret scanners what the text is. */
const TOKEN_PREFIX = 'oat_';
const TOKEN_BYTES = 32;
const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** @throws ApiError `unavailable` when the key is too short to be one */
export async function openSecrets({ dir, appKey }: SecretsOptions): Promise<Secrets> {
  const key = await findAppKey(dir, appKey);
  return {
    ...sealWith(key),
    ...macWith(key),
    ...slowPasswords(),
    newToken: () => TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString('base64url'),
    // randomInt() rejects the uneven rest of its range: no character is likelier than another.
    newPassword: (length) =>
      Array.from({ length }, () => LETTERS_AND_DIGITS[randomInt(LETTERS_AND_DIGITS.length)]).join(''),
    newUuid: randomUUID,
    newHex: (length) =>
      randomBytes(Math.ceil(length / 2))
        .toString('hex')
        .slice(0, length),
    checksum: (text) => hash('sha256', text, 'hex'),
    digest: (secret) => hash('sha256', secret, 'base64url'),
  };
}
