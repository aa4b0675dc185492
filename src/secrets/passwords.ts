/** Owns the slow hash for passwords that people choose: argon2id with OWASP's parameters. */

import { randomBytes } from 'node:crypto';
import { hash, type Options, verify } from '@node-rs/argon2';
import { createFairQueue } from '../core/timing/fair-queue.ts';

export interface Passwords {
  hashPassword(password: string): Promise<string>;
  verifyPassword(hash: string | undefined, password: string): Promise<boolean>;
}

/** 19 MiB, two passes, one lane; argon2id is the library's default algorithm. */
const ARGON2ID: Options = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

// One at a time is 70 logins a second. A second one would take the other core of a small machine from everybody else: under a
// flood of wrong logins it doubles the p99 of all requests.
const HASHES_IN_FLIGHT = 1;

export function slowPasswords(): Passwords {
  const queue = createFairQueue({ running: HASHES_IN_FLIGHT });
  const hashPassword = (password: string) => queue.run('new', () => hash(password, ARGON2ID));
  // What a password is verified against where there is no hash; nobody knows the password of this one.
  let dummy: Promise<string> | undefined = hashPassword(randomBytes(32).toString('hex'));
  dummy.catch(() => {
    dummy = undefined;
  });
  return {
    hashPassword,
    async verifyPassword(given, password) {
      const known = given?.startsWith('$argon2id$') ? given : undefined;
      const against = known ?? (await dummy);
      if (against === undefined) return false;
      // Whoever changes many passwords does not make a login wait for all of them.
      const matches = await queue.run('login', () => verify(against, password));
      return matches && known !== undefined;
    },
  };
}
