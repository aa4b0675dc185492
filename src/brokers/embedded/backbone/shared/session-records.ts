/**
 * Owns where the record of each session stands: it is written only behind what this broker has seen, so that one that was away for long
 * changes nothing of a session that another has taken over meanwhile.
 */

import type { Shelf } from '../../../../core/cluster/shelf.ts';
import { nameOf } from '../names.ts';
import type { Content, Outgoing } from './outgoing.ts';
import { readSession } from './records.ts';

export type SessionKey = readonly [bucket: string, accountKey: string, clientId: string];

/** A session as it was found. */
export interface Adopted {
  /** Undefined: it is not wanted, another one begins in its place. */
  readonly born: string | undefined;
  /** The next one. */
  readonly turn: number;
}

interface Parts {
  /** Which broker this is. */
  readonly at: string;
  readonly shelf: Shelf;
  readonly outgoing: Outgoing;
}

export interface SessionRecords {
  /** Where the record stands that was found there, and what the next session there is. */
  adopt(key: SessionKey, position: number, found?: Adopted): void;
  /** What was adopted there, once. */
  adopted(key: SessionKey): Adopted | undefined;
  /** @param lost is called when another broker has it */
  write(key: SessionKey, turn: number, make: () => Content, lost: () => void): void;
}

export function createSessionRecords({ at, shelf, outgoing }: Parts): SessionRecords {
  const positions = new Map<string, number>();
  const found = new Map<string, Adopted>();

  async function isOurs(key: SessionKey, turn: number): Promise<boolean> {
    const newest = await shelf.last(key);
    if (newest !== undefined) {
      if (newest.bytes.length === 0) return false;
      const session = readSession(newest.bytes);
      if (session.turn > turn || (session.turn === turn && session.at !== at)) return false;
    }
    positions.set(nameOf('sessions', ...key), newest?.position ?? 0);
    return true;
  }

  return {
    adopt(key, position, adopted) {
      const name = nameOf('sessions', ...key);
      positions.set(name, position);
      if (adopted === undefined) found.delete(name);
      else found.set(name, adopted);
    },
    adopted(key) {
      const name = nameOf('sessions', ...key);
      const adopted = found.get(name);
      found.delete(name);
      return adopted;
    },
    write(key, turn, make, lost) {
      const name = nameOf('sessions', ...key);
      outgoing.write(name, shelf, key, () => ({
        ...make(),
        behind: positions.get(name) ?? 0,
        stored: (position) => void positions.set(name, position),
        async overtaken() {
          const isRetried = await isOurs(key, turn);
          if (!isRetried) lost();
          return isRetried;
        },
      }));
    },
  };
}
