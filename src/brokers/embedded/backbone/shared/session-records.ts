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

interface Place {
  position: number;
  /** A session that is kept is there. */
  isTaken: boolean;
}

interface Parts {
  /** Which broker this is. */
  readonly at: string;
  readonly shelf: Shelf;
  readonly outgoing: Outgoing;
}

export interface SessionRecords {
  /** Of how many it is known where they stand. */
  readonly known: number;
  /** Where the record stands that was found there, and what the next session there is. */
  adopt(key: SessionKey, position: number, found?: Adopted): void;
  /** What was adopted there, once. */
  adopted(key: SessionKey): Adopted | undefined;
  /** Its client is let in, or is not: what was adopted is forgotten where no session has taken it. */
  claimed(key: SessionKey): void;
  /** The session is not here any more: whoever comes next reads where its record stands. What is on its way goes on. */
  forget(key: SessionKey): void;
  /** @param lost is called when another broker has it @param session undefined: it is no more */
  write(key: SessionKey, turn: number, make: () => Content, lost: (session: SharedSession | undefined) => void): void;
}

export function createSessionRecords({ at, shelf, outgoing }: Parts): SessionRecords {
  const places = new Map<string, Place>();
  const found = new Map<string, Adopted>();

  const isOurs = (session: SharedSession, turn: number) =>
    session.turn < turn || (session.turn === turn && session.at === at);

  function placeOf(name: string): Place {
    const place = places.get(name) ?? { position: 0, isTaken: true };
    places.set(name, place);
    return place;
  }

  function forget(key: SessionKey): void {
    const name = nameOf('sessions', ...key);
    places.delete(name);
    found.delete(name);
  }

  return {
    get known() {
      return places.size;
    },
    adopt(key, position, adopted) {
      const name = nameOf('sessions', ...key);
      places.set(name, { position, isTaken: false });
      if (adopted === undefined) found.delete(name);
      else found.set(name, adopted);
    },
    adopted(key) {
      const name = nameOf('sessions', ...key);
      const adopted = found.get(name);
      found.delete(name);
      placeOf(name).isTaken = true;
      return adopted;
    },
    claimed(key) {
      if (places.get(nameOf('sessions', ...key))?.isTaken === false) forget(key);
    },
    forget,
    write(key, turn, make, lost) {
      const name = nameOf('sessions', ...key);
      const place = placeOf(name);
      outgoing.write(name, shelf, key, () => ({
        ...make(),
        behind: place.position,
        stored(position) {
          place.position = position;
        },
        async overtaken() {
          const newest = await shelf.last(key);
          const session = newest === undefined || newest.bytes.length === 0 ? undefined : readSession(newest.bytes);
          // There may be nothing any more because it was gone for so long, as others thought.
          const isRetried = session === undefined ? newest === undefined : isOurs(session, turn);
          if (isRetried) place.position = newest?.position ?? 0;
          else lost(session);
          return isRetried;
        },
      }));
    },
  };
}
