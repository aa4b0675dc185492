/** Owns how the notes of a broker become what all brokers keep together: under keys with the account first, where each of them finds them. */

import type { Kept, Key } from '../../../../core/cluster/shelf.ts';
import type { Clock } from '../../../../core/ports.ts';
import type { SessionFacts } from '../../kept/changes.ts';
import type { Keeper } from '../../kept/keeper.ts';
import { Session } from '../../sessions/session.ts';
import { createAwayLimit } from '../away.ts';
import { writeMessage } from '../live-message.ts';
import { bucketOfAccount, fitsKey, nameOf } from '../names.ts';
import type { Shelves } from './buckets.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { LastWills } from './last-wills.ts';
import type { Outgoing } from './outgoing.ts';
import type { Queues } from './queues.ts';
import { type SharedSession, writeSession } from './records.ts';
import { type Adopted, createSessionRecords, type SessionKey } from './session-records.ts';
import { type Beginning, SessionState } from './session-state.ts';

type KeptSession = Parameters<Keeper['opened']>[0];

interface Parts {
  /** Which broker this is. */
  readonly at: string;
  readonly wills: LastWills;
  readonly shelves: Shelves;
  readonly outgoing: Outgoing;
  readonly queues: Queues;
  readonly elsewhere: Elsewhere;
  readonly clock: Clock;
  readonly newMark: () => string;
  /** Another broker has this session. */
  readonly lose: (accountKey: string, clientId: string) => void;
}

const ignore = () => undefined;
const GONE = { bytes: Buffer.alloc(0) };
/** Of a record: the rest is for messages under way, of which there may be a thousand in either direction. */
const PART_FOR_FILTERS = 1 / 2;
/** So many bytes a character may take. */
const CHARACTER_BYTES = 3;
/** What is past its time is found so by whoever needs it; that it goes by itself is housekeeping. */
const SPARE_SECONDS = 60;

export interface SharedKeeper extends Keeper {
  /** Where the record stands that was found under this key; the session that is opened next there is the one that was found. */
  adopt(key: SessionKey, position: number, found?: Adopted): void;
  /** Its client is let in, or is not: what was found is of use where its session is kept. */
  claimed(key: SessionKey): void;
  /** Of how many sessions it is known where their records stand. */
  readonly known: number;
  /** The kept sessions that are here, with where their queues are. */
  sessionsOf(bucket: string): { readonly session: Session; readonly key: Key }[];
  /** Something in a queue has come to its session. @returns whether the client is to get it: it was put there for it, and was not here before */
  admit(session: Session, kept: Kept): boolean;
  /** Whether something stands before it in the queue that was not here. */
  hasMissed(session: Session, kept: Kept): boolean;
  /** Somebody else has written of a session that is here. @param told undefined: that it is no more */
  heard(session: Session, told: SharedSession | undefined): void;
  /** What is kept there under this key is removed. */
  remove(key: SessionKey, found: Pick<SharedSession, 'born' | 'turn'>): void;
}

export function createSharedKeeper(parts: Parts): SharedKeeper {
  const { at, shelves, outgoing, queues, wills, elsewhere, newMark } = parts;
  const states = new Map<KeptSession, SessionState>();
  const records = createSessionRecords({ at, shelf: shelves.sessions, outgoing });
  /** Of sessions that another broker has taken over. */
  const lost = new WeakSet<KeptSession>();

  function remove(key: SessionKey, { born, turn }: Pick<SharedSession, 'born' | 'turn'>): void {
    elsewhere.remove(...key);
    queues.clear([...key, born]);
    records.write(key, turn, () => GONE, ignore);
  }

  function keyOf({ use: { account }, clientId }: KeptSession): SessionKey {
    return [bucketOfAccount(account), account.key, clientId];
  }

  function write(session: KeptSession, state: SessionState): void {
    const key = keyOf(session);
    const make = () => {
      const { awaySinceMs, expirySeconds } = state.facts;
      const bytes = writeSession(state);
      return awaySinceMs === undefined ? { bytes } : { bytes, lifetimeSeconds: expirySeconds + SPARE_SECONDS };
    };
    records.write(key, state.turn, make, (found) => {
      // Where it is now it has to be found, also before we are told of that.
      if (found !== undefined) elsewhere.put(key[0], found);
      if (states.get(session) !== state) return;
      states.delete(session);
      records.forget(key);
      lost.add(session);
      queues.close(state);
      parts.lose(session.use.account.key, session.clientId);
    });
  }

  function begun(session: KeptSession): Beginning {
    return { at, born: newMark(), turn: 1, doubtTo: 0, lastPosition: 0, ...records.adopted(keyOf(session)) };
  }

  function hasState({ account, clientId }: SessionFacts): boolean {
    return [...states.values()].some(({ facts }) => {
      return facts.clientId === clientId && facts.account.key === account.key;
    });
  }

  /** Of a session that is here, where something of it stands in a queue. */
  function stateOf(session: Session, { key: [, , , born] }: Kept): SessionState | undefined {
    const state = states.get(session);
    return state?.born === born ? state : undefined;
  }

  /** Changes what is known of a session that is kept; notes about others are none. */
  function note(session: KeptSession, change: (state: SessionState) => void): void {
    const state = states.get(session);
    if (state === undefined) return;
    change(state);
    write(session, state);
  }

  return {
    adopt: records.adopt,
    get known() {
      return records.known;
    },
    claimed: records.claimed,
    sessionsOf: (bucket) =>
      [...states].flatMap(([session, { born }]) => {
        const key = keyOf(session);
        return key[0] === bucket && session instanceof Session ? [{ session, key: [...key, born] }] : [];
      }),
    admit: (session, kept) => stateOf(session, kept)?.admit(kept.position, kept.mark) === true,
    hasMissed(session, kept) {
      const state = stateOf(session, kept);
      return state !== undefined && (kept.previous ?? 0) > state.lastPosition;
    },
    heard(session, told) {
      const state = states.get(session);
      if (state === undefined) return;
      const isAsItWas = told?.at === at && told.turn === state.turn && isHere(told);
      // Whoever took us for gone is told better, and where another has it by now this is refused.
      if (!isAsItWas) write(session, state);
    },
    remove,
    isShared: true,
    get notes() {
      return outgoing.noted;
    },
    get isBehind() {
      return outgoing.isBehind;
    },
    get fault() {
      return outgoing.fault;
    },
    opened(session) {
      const { clientId, expirySeconds, awaySinceMs } = session;
      const facts = { account: session.use.account, clientId, expirySeconds, awaySinceMs };
      if (lost.has(session)) return;
      const state = states.get(session) ?? new SessionState(begun(session), facts);
      states.set(session, state);
      state.facts = facts;
      write(session, state);
    },
    ended(session) {
      const state = states.get(session);
      if (state === undefined) return;
      states.delete(session);
      queues.close(state);
      remove(keyOf(session), state);
      records.forget(keyOf(session));
    },
    left(session) {
      const state = states.get(session);
      if (state === undefined) return;
      states.delete(session);
      queues.leave(state, [...keyOf(session), state.born]);
      records.forget(keyOf(session));
      elsewhere.put(bucketOfAccount(session.use.account), state);
    },
    limitAway: createAwayLimit({ ...parts, sessions: shelves.sessions, isHere: hasState }),
    mayOpen: fitsKey,
    maySubscribe: (session, granted) =>
      states.get(session)?.hasRoomFor(granted, shelves.sessions.mostBytes * PART_FOR_FILTERS) !== false,
    subscribed: (session, granted) => note(session, (state) => state.subscribe(granted)),
    unsubscribed: (session, filter) => note(session, (state) => state.unsubscribe(filter)),
    owe(session, owed) {
      const state = states.get(session);
      return state === undefined ? 0 : queues.hold(state, owed);
    },
    enqueue(session, owed) {
      const state = states.get(session);
      if (state !== undefined) void queues.send(state.facts, [...keyOf(session), state.born], owed);
    },
    advanced: (session, { keptAs, packetId, isReleased }) =>
      note(session, ({ held }) => {
        const one = held.get(keptAs);
        if (one !== undefined) Object.assign(one, { packetId, isReleased });
      }),
    settled(session, owed) {
      const state = states.get(session);
      if (state === undefined) return;
      queues.settle(state, [...keyOf(session), state.born], owed.keptAs, () => {
        if (states.get(session) === state) write(session, state);
      });
    },
    received: (session, packetId) => note(session, ({ received }) => received.add(packetId)),
    forgotten: (session, packetId) => note(session, ({ received }) => received.delete(packetId)),
    mayRetain(message) {
      const { mostBytes } = shelves.retained;
      if (!fitsKey(message.topic)) return false;
      return message.keptBytes * CHARACTER_BYTES <= mostBytes || writeMessage(message).length <= mostBytes;
    },
    retained: (message, bucket) =>
      outgoing.write(nameOf('retained', bucket, message.topic), shelves.retained, [bucket, message.topic], () => {
        return { bytes: writeMessage(message) };
      }),
    cleared(topic, bucket) {
      // What is not retained anywhere cannot be cleared.
      if (!fitsKey(topic)) return;
      outgoing.write(nameOf('retained', bucket, topic), shelves.retained, [bucket, topic], () => GONE);
    },
    // All of it is taken away at once, by whoever removes the instance.
    dropped: (bucket) => outgoing.drop(([ofBucket]) => ofBucket === bucket),
    willGiven({ use: { account }, clientId }, will) {
      wills.keep({ at, account, clientId, will, dueAtMs: undefined });
    },
    willPending({ session: { use, clientId }, will, dueAtMs }) {
      wills.keep({ at, account: use.account, clientId, will, dueAtMs });
    },
    willGone({ session: { use, clientId } }) {
      wills.drop({ account: use.account, clientId });
    },
    durable: (callback) => outgoing.durable(callback),
    tried: (callback) => outgoing.tried(callback),
    close: () => new Promise((resolve) => outgoing.tried(resolve)),
  };
}

function isHere({ facts, mayBeThere = false }: SharedSession): boolean {
  return facts.awaySinceMs === undefined && !mayBeThere;
}
