/** Owns how a session that all brokers keep is written, and each message that it is owed: as the changes that make them. */

import type { Account } from '../../../../core/accounts/accounts.ts';
import type { KeptOwed, SessionFacts } from '../../kept/changes.ts';
import { Body } from '../../kept/records/body.ts';
import { Decoding } from '../../kept/records/decoding.ts';
import { writeChange } from '../../kept/records/encoding.ts';
import { Fields } from '../../kept/records/fields.ts';
import { MessageNumbers } from '../../kept/records/message-numbers.ts';
import { KeptState, type SessionRecord } from '../../kept/state.ts';
import type { Will } from '../../packets/packet.ts';
import type { Granted } from '../../sessions/granted.ts';

/** A message that the client may have. */
export interface Flight {
  /** In the queue. */
  readonly position: number;
  readonly packetId: number;
  readonly isReleased: boolean;
}

export interface SharedWill {
  /** At which broker its client was last. */
  readonly at: string;
  readonly account: Account;
  readonly clientId: string;
  readonly will: Will;
  /** Milliseconds since 1970; undefined while the client is connected. */
  readonly dueAtMs: number | undefined;
}

export interface SharedSession {
  /** At which broker its client is, or was last. */
  readonly at: string;
  /** How often it was taken over by a broker: whoever did so last has it. */
  readonly turn: number;
  /** That broker has not said what its client has got: it may be there already. */
  readonly mayBeThere?: boolean;
  /** Told of no other session, also of none with the same client id. */
  readonly born: string;
  readonly facts: SessionFacts;
  readonly filters: ReadonlyMap<string, Granted>;
  readonly received: ReadonlySet<number>;
  readonly flights: readonly Flight[];
  /** What stands up to here in its queue, and is no flight, the client has acknowledged. */
  readonly sentTo: number;
  /** What stands up to here an earlier broker may have sent, and has not said so. */
  readonly doubtTo: number;
}

/** There is one session in each record, and one message in each that is owed. */
const ID = 1;

export function writeSession(session: SharedSession): Buffer {
  const { at, turn, mayBeThere, born, facts, filters, received, flights, sentTo, doubtTo } = session;
  const body = new Body();
  const messages = new MessageNumbers();
  body.text(at);
  body.integer(turn);
  body.byte(mayBeThere === true ? 1 : 0);
  body.text(born);
  body.integer(sentTo);
  body.integer(doubtTo);
  body.integer(flights.length);
  for (const { position, packetId, isReleased } of flights) {
    body.integer(position);
    body.integer(packetId);
    body.byte(isReleased ? 1 : 0);
  }
  writeChange(body, { kind: 'session', id: ID, facts }, messages);
  for (const granted of filters.values()) writeChange(body, { kind: 'subscribed', id: ID, granted }, messages);
  for (const packetId of received) writeChange(body, { kind: 'received', id: ID, packetId }, messages);
  return bytesOf(body);
}

/** @throws Error where the bytes are no session */
export function readSession(bytes: Uint8Array): SharedSession & { readonly record: SessionRecord } {
  const fields = fieldsOf(bytes);
  const at = fields.text();
  const turn = fields.integer();
  const mayBeThere = fields.byte() === 1;
  const born = fields.text();
  const [sentTo, doubtTo] = [fields.integer(), fields.integer()];
  const flights: Flight[] = [];
  for (let left = fields.integer(); left > 0; left -= 1) {
    flights.push({ position: fields.integer(), packetId: fields.integer(), isReleased: fields.byte() === 1 });
  }
  const record = sessionIn(fields);
  return {
    at,
    turn,
    mayBeThere,
    born,
    facts: record.facts,
    filters: record.filters,
    received: record.received,
    flights,
    sentTo,
    doubtTo,
    record,
  };
}

/** As the will of a session that is away, which it may be. */
export function writeWill({ at, account, clientId, will, dueAtMs = 0 }: SharedWill): Buffer {
  const body = new Body();
  const messages = new MessageNumbers();
  body.text(at);
  const facts = { account, clientId, expirySeconds: 0, awaySinceMs: undefined };
  writeChange(body, { kind: 'session', id: ID, facts }, messages);
  writeChange(body, { kind: 'will', id: ID, pending: { will, dueAtMs } }, messages);
  return bytesOf(body);
}

/** @throws Error where the bytes are no will */
export function readWill(bytes: Uint8Array): SharedWill {
  const fields = fieldsOf(bytes);
  const at = fields.text();
  const { facts, will: pending } = sessionIn(fields);
  if (pending === undefined) throw new Error('there is no will in it');
  const { account, clientId } = facts;
  return { at, account, clientId, will: pending.will, dueAtMs: pending.dueAtMs === 0 ? undefined : pending.dueAtMs };
}

export function writeOwed(owed: KeptOwed): Buffer {
  const body = new Body();
  writeChange(body, { kind: 'owed', id: ID, number: ID, owed }, new MessageNumbers());
  return bytesOf(body);
}

/** @throws Error where the bytes are nothing that is owed */
export function readOwed(bytes: Uint8Array): KeptOwed {
  const fields = fieldsOf(bytes);
  const decoding = new Decoding();
  while (!fields.isAtEnd) {
    const change = decoding.next(fields);
    if (change?.kind === 'owed') return change.owed;
  }
  throw new Error('there is no message in it');
}

function sessionIn(fields: Fields): SessionRecord {
  const state = new KeptState();
  const decoding = new Decoding();
  while (!fields.isAtEnd) {
    const change = decoding.next(fields);
    if (change !== undefined) state.apply(change);
  }
  const record = state.sessions.get(ID);
  if (record === undefined) throw new Error('there is no session in it');
  return record;
}

function bytesOf(body: Body): Buffer {
  const { parts, length } = body.take();
  return Buffer.concat(parts, length);
}

function fieldsOf(bytes: Uint8Array): Fields {
  return new Fields(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}
