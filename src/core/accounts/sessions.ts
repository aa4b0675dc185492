/** Owns bearer tokens: issues, checks, lists and revokes them. Keeps digests only; an expired token is no token. */

import type { TokenInfo } from '../../protocol/entities/auth.ts';
import type { User } from '../../protocol/entities/user.ts';
import type { Clock, Secrets } from '../ports.ts';
import type { Store, Transaction } from '../store.ts';
import { isoOffset } from '../wire-time.ts';
import { TOKENS, type TokenRecord, USERS, type UserRecord } from './records.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Someone whose token was good at the time of the request. */
export interface Session {
  readonly user: UserRecord;
  /** Digest of the token the request was made with: the key of its record. */
  readonly tokenId: string;
}

export interface Sessions {
  /** The session of a token; undefined for an unknown, expired or revoked one, for a device, and for a user who may not log in (N-30). */
  find(token: string): Session | undefined;
  /** By the token's digest, for connections that were opened with it. */
  isLive(tokenId: string): boolean;
  issue(user: UserRecord, rememberMe: boolean): Promise<{ token: string; expiresAtMs: number }>;
  list(session: Session): TokenInfo[];
  /** @returns false when the user has no such token; `current` means the one of this session */
  revoke(session: Session, publicId: string): Promise<boolean>;
  /** A token for whoever may read the data folder: acts as the system user, lives as long as the process. */
  operatorToken(): string;
}

/** Deletes a user's tokens inside a transaction, except the one with the digest `but`. */
export function revokeTokens(tx: Transaction, userId: number, but?: string): void {
  const tokens = tx.collection(TOKENS);
  for (const token of [...tokens.values()]) {
    if (token.userId === userId && token.id !== but) tokens.delete(token.id);
  }
}

export function userOf({ id, username, canLogin, role, instanceLimit, topics }: UserRecord): User {
  return {
    id: Number(id),
    username,
    can_login: canLogin,
    role,
    ...(instanceLimit === undefined ? {} : { instance_limit: instanceLimit }),
    ...(role === 'device' ? { topics: [...(topics ?? [])] } : {}),
  };
}

export function createSessions(store: Store, secrets: Secrets, clock: Clock): Sessions {
  const tokens = store.collection(TOKENS);
  const users = store.collection(USERS);
  const operator = secrets.newToken();
  const operatorId = secrets.digest(operator);

  function isValid(record: TokenRecord | undefined): record is TokenRecord {
    return record !== undefined && Date.parse(record.expiresAt) > clock.now();
  }

  function find(token: string): Session | undefined {
    const tokenId = secrets.digest(token);
    const system = users.get('0');
    if (tokenId === operatorId) return system && { user: { ...system, role: 'admin' }, tokenId };
    const record = tokens.get(tokenId);
    const user = isValid(record) ? users.get(String(record.userId)) : undefined;
    return user?.canLogin && user.role !== 'device' ? { user, tokenId } : undefined;
  }

  return {
    find,
    isLive: (tokenId) => isValid(tokens.get(tokenId)),
    operatorToken: () => operator,
    async issue(user, rememberMe) {
      const token = secrets.newToken();
      const now = clock.now();
      const expiresAtMs = now + (rememberMe ? 30 : 1) * DAY_MS;
      await store.commit((tx) => {
        dropExpired(tx, now);
        tx.collection(TOKENS).put({
          id: secrets.digest(token),
          publicId: secrets.newUuid(),
          userId: Number(user.id),
          createdAt: isoOffset(now),
          expiresAt: isoOffset(expiresAtMs),
        });
      });
      return { token, expiresAtMs };
    },
    list: (session) =>
      [...tokens.values()]
        .filter((token) => String(token.userId) === session.user.id && isValid(token))
        .map((token) => ({
          id: token.publicId,
          created_at: token.createdAt,
          expires_at: token.expiresAt,
          current: token.id === session.tokenId,
        })),
    async revoke(session, publicId) {
      const record = publicId === 'current' ? tokens.get(session.tokenId) : tokens.by('publicId', publicId);
      if (!record || String(record.userId) !== session.user.id) return false;
      await store.commit((tx) => tx.collection(TOKENS).delete(record.id));
      return true;
    },
  };
}

/** Tokens are kept in order of issue, so the oldest come first: a few looks per login keep the store clean. */
function dropExpired(tx: Transaction, now: number): void {
  const tokens = tx.collection(TOKENS);
  const expired: string[] = [];
  let looks = 0;
  for (const token of tokens.values()) {
    if (Date.parse(token.expiresAt) <= now) expired.push(token.id);
    looks += 1;
    if (looks >= 20) break;
  }
  for (const id of expired) tokens.delete(id);
}
