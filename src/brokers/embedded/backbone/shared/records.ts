/** Owns how a session that all brokers keep is written, and each message that it is owed: as the changes that make them. */

import type { KeptOwed, SessionFacts } from '../../kept/changes.ts';
import { Body } from '../../kept/records/body.ts';
import { Decoding } from '../../kept/records/decoding.ts';
import { writeChange } from '../../kept/records/encoding.ts';
import { Fields } from '../../kept/records/fields.ts';
import { MessageNumbers } from '../../kept/records/message-numbers.ts';
import { KeptState, type SessionRecord } from '../../kept/state.ts';
import type { Granted } from '../../sessions/granted.ts';

/** A message that the client may have. */
export interface Flight {
  readonly mark: string;
  readonly packetId: number;
  readonly isReleased: boolean;
}

export interface SharedSession {
  /** Told of no other session, also of none with the same client id. */
  readonly born: string;
  readonly facts: SessionFacts;
  readonly filters: ReadonlyMap<string, Granted>;
  readonly received: ReadonlySet<number>;
  readonly flights: readonly Flight[];
}

/** There is one session in each record, and one message in each that is owed. */
const ID = 1;

export function writeSession({ born, facts, filters, received, flights }: SharedSession): Buffer {
  const body = new Body();
  const messages = new MessageNumbers();
  body.text(born);
  body.integer(flights.length);
  for (const { mark, packetId, isReleased } of flights) {
    body.text(mark);
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
  const born = fields.text();
  const flights: Flight[] = [];
  for (let left = fields.integer(); left > 0; left -= 1) {
    flights.push({ mark: fields.text(), packetId: fields.integer(), isReleased: fields.byte() === 1 });
  }
  const state = new KeptState();
  const decoding = new Decoding();
  while (!fields.isAtEnd) {
    const change = decoding.next(fields);
    if (change !== undefined) state.apply(change);
  }
  const record = state.sessions.get(ID);
  if (record === undefined) throw new Error('there is no session in it');
  return { born, facts: record.facts, filters: record.filters, received: record.received, flights, record };
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

function bytesOf(body: Body): Buffer {
  const { parts, length } = body.take();
  return Buffer.concat(parts, length);
}

function fieldsOf(bytes: Uint8Array): Fields {
  return new Fields(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}
