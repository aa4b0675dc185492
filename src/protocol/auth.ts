/** Owns what the wire shows and takes of logins and tokens (contract 2.7, N-23, N-30 to N-32). */

import type { User } from './user.ts';

/**
 * Deliberately without required keys or types: whatever is wrong with a login reads `Invalid user credentials`
 * (contract 2.7), so this schema documents and the module decides.
 */
export const LOGIN = {
  type: 'object',
  properties: {
    username: { description: 'Name of the user' },
    password: { description: 'Password of the user' },
    rememberMe: { description: 'true: the token lasts 30 days instead of one' },
  },
} as const;

export interface Login {
  readonly bearer: string;
  /** The real end of the token, ISO 8601 with `+00:00`. */
  readonly expiration: string;
  readonly user: User;
}

/** A token as its owner sees it: never the secret. */
export interface TokenInfo {
  readonly id: string;
  readonly created_at: string;
  readonly expires_at: string;
  /** Whether it is the one this request was made with. */
  readonly current: boolean;
}
