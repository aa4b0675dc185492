/** Owns bearer tokens: issues, checks, lists and revokes them. Keeps digests only; an expired token is no token. */

import type { TokenInfo } from '../../protocol/entities/auth.ts';
import type { User } from '../../protocol/entities/user.ts';
import type { Clock, Secrets } from '../ports.ts';
import type { Store, Transaction } from '../store.ts';
import { isoOffset } from '../wire-time.ts';
import { TOKENS, type TokenRecord, USERS, type UserRecord } from './records.ts';
import { createTokenUses } from './token-uses.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Someone whose token was good at the time of the request. */
export interface Session {
  readonly user: UserRecord;
  /** Digest of the token the request was made with: the key of its record. */
  readonly tokenId: string;
}

export interface Sessions {
  /** The session of a token; undefined for an unknown, expired or revoked one, for a device, and for a user who may not log in (N-30). */
  find(token: string, address?: string): Session | undefined;
  /** By the token's digest, for connections that were opened with it. */
  isLive(tokenId: string): boolean;
  /** A user has at most fifty: the one that was issued first goes. */
  issue(user: UserRecord, wishes: TokenWishes): Promise<{ token: string; expiresAtMs: number }>;
  /** Those of the session's user, or of everybody. */
  list(session: Session, ofEverybody: boolean): TokenInfo[];
  /**
   * `current` means the one of this session; an administrator may revoke everybody's.
   * @returns whose it was; undefined when there is no such token
   */
  revoke(session: Session, publicId: string): Promise<number | undefined>;
  /** A token for whoever may read the data folder: acts as the system user, lives as long as the process. */
  operatorToken(): string;
}

interface TokenWishes {
  readonly rememberMe: boolean;
  /** What its owner sees it by; cut to what is worth keeping. */
  readonly name?: string | undefined;
}

const MAX_PER_USER = 50;
const MAX_NAME_LENGTH = 100;

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

/** @param ended hears of a user who has lost a token to a newer one: connections that no longer hold are to be closed */
export function createSessions(
  store: Store,
  secrets: Secrets,
  clock: Clock,
  ended: (userId: number) => void = () => undefined,
): Sessions {
  const uses = createTokenUses(store, clock);
  const tokens = store.collection(TOKENS);
  const users = store.collection(USERS);
  const operator = secrets.newToken();
  const operatorId = secrets.digest(operator);

  function isValid(record: TokenRecord | undefined): record is TokenRecord {
    return record !== undefined && Date.parse(record.expiresAt) > clock.now();
  }

  function find(token: string, address?: string): Session | undefined {
    const tokenId = secrets.digest(token);
    const system = users.get('0');
    if (tokenId === operatorId) return system && { user: { ...system, role: 'admin' }, tokenId };
    const record = tokens.get(tokenId);
    const user = isValid(record) ? users.get(String(record.userId)) : undefined;
    if (!user?.canLogin || user.role === 'device') return undefined;
    uses.note(tokenId, address);
    return { user, tokenId };
  }

  function infoOf(token: TokenRecord, currentId: string): TokenInfo {
    const use = uses.last(token);
    return {
      id: token.publicId,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      current: token.id === currentId,
      user_id: token.userId,
      name: token.name ?? null,
      last_used_at: use?.at ?? null,
      last_address: use?.address ?? null,
    };
  }

  return {
    find,
    isLive: (tokenId) => isValid(tokens.get(tokenId)),
    operatorToken: () => operator,
    async issue(user, { rememberMe, name }) {
      const token = secrets.newToken();
      const now = clock.now();
      const expiresAtMs = now + (rememberMe ? 30 : 1) * DAY_MS;
      const hasEnded = await store.commit((tx) => {
        dropExpired(tx, now);
        const isFull = makeRoom(tx, Number(user.id));
        tx.collection(TOKENS).put({
          id: secrets.digest(token),
          publicId: secrets.newUuid(),
          userId: Number(user.id),
          createdAt: isoOffset(now),
          expiresAt: isoOffset(expiresAtMs),
          ...(name === undefined || name === '' ? {} : { name: name.slice(0, MAX_NAME_LENGTH) }),
        });
        return isFull;
      });
      if (hasEnded) ended(Number(user.id));
      return { token, expiresAtMs };
    },
    list: ({ user, tokenId }, ofEverybody) =>
      [...tokens.values()]
        .filter((token) => (ofEverybody || String(token.userId) === user.id) && isValid(token))
        .map((token) => infoOf(token, tokenId)),
    async revoke({ user, tokenId }, publicId) {
      const record = publicId === 'current' ? tokens.get(tokenId) : tokens.by('publicId', publicId);
      if (!record || (String(record.userId) !== user.id && user.role !== 'admin')) return undefined;
      await store.commit((tx) => tx.collection(TOKENS).delete(record.id));
      return record.userId;
    },
  };
}

/** @returns whether one had to go: whoever logs in without end must not fill the memory */
function makeRoom(tx: Transaction, userId: number): boolean {
  const tokens = tx.collection(TOKENS);
  const own = [...tokens.values()].filter((token) => token.userId === userId);
  const surplus = own.slice(0, Math.max(0, own.length - MAX_PER_USER + 1));
  for (const { id } of surplus) tokens.delete(id);
  return surplus.length > 0;
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
