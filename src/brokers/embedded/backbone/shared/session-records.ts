/**
 * Owns where the record of each session stands: it is written only behind what this broker has seen, so that one that was away for long
 * changes nothing of a session that another has taken over meanwhile.
 */

import type { Shelf } from '../../../../core/cluster/shelf.ts';
import { nameOf } from '../names.ts';
import type { Content, Outgoing } from './outgoing.ts';
import { readSession, type SharedSession } from './records.ts';
import type { Beginning } from './session-state.ts';

export type SessionKey = readonly [bucket: string, accountKey: string, clientId: string];

/** A session as it was found. */
export type Adopted =
  /** It is not wanted, another one begins in its place. */
  Pick<Beginning, 'turn'> | Omit<Beginning, 'at'>;

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
  /** @param lost is called when another broker has it @param session undefined: it is no more */
  write(key: SessionKey, turn: number, make: () => Content, lost: (session: SharedSession | undefined) => void): void;
}

export function createSessionRecords({ at, shelf, outgoing }: Parts): SessionRecords {
  const positions = new Map<string, number>();
  const found = new Map<string, Adopted>();

  const isOurs = (session: SharedSession, turn: number) =>
    session.turn < turn || (session.turn === turn && session.at === at);

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
          const newest = await shelf.last(key);
          const session = newest === undefined || newest.bytes.length === 0 ? undefined : readSession(newest.bytes);
          // There may be nothing any more because it was gone for so long, as others thought.
          const isRetried = session === undefined ? newest === undefined : isOurs(session, turn);
          if (isRetried) positions.set(name, newest?.position ?? 0);
          else lost(session);
          return isRetried;
        },
      }));
    },
  };
}
