/** Owns how a message goes from one broker to another: what it says as the body of an MQTT 5 PUBLISH, and the facts about it before. */

import { Body } from '../kept/records/body.ts';
import { contentBytes, contentOf } from '../kept/records/content.ts';
import { Fields } from '../kept/records/fields.ts';
import { Message } from '../message.ts';
import type { QoS } from '../packets/packet.ts';
import { ShareChoice } from '../routes/share-choice.ts';

/** Most messages are small, and each has its own. */
const FIRST_BYTES = 128;
const FLAGS = { retain: 4, dup: 8, expires: 16, onlyFor: 32, shared: 64, id: 128 } as const;

/** @param queuedFor sessions that get it from their queue @param choice where groups get it, if any has asked for it */
export function writeMessage(message: Message, queuedFor: readonly string[] = [], choice?: ShareChoice): Buffer {
  const { qos, retain, dup, account, onlyFor, expiresAtMs, id } = message;
  const body = new Body(FIRST_BYTES);
  body.byte(
    qos |
      (retain ? FLAGS.retain : 0) |
      (dup ? FLAGS.dup : 0) |
      (expiresAtMs === undefined ? 0 : FLAGS.expires) |
      (onlyFor === undefined ? 0 : FLAGS.onlyFor) |
      (choice === undefined ? 0 : FLAGS.shared) |
      (id === undefined ? 0 : FLAGS.id),
  );
  body.text(account);
  if (expiresAtMs !== undefined) body.integer(expiresAtMs);
  if (onlyFor !== undefined) body.text(onlyFor);
  body.integer(queuedFor.length);
  for (const session of queuedFor) body.text(session);
  if (choice !== undefined) writeChoice(body, choice);
  if (id !== undefined) body.text(id);
  body.bytes(contentBytes(message));
  const { parts, length } = body.take();
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : Buffer.concat(parts, length);
}

/** The result has views of the bytes, as a message has of what a client has sent: who keeps it has it copied. @param at which broker this is @throws Error where they are no message */
export function readMessage(bytes: Uint8Array, at = ''): Message {
  const fields = new Fields(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const flags = fields.byte();
  const account = fields.text();
  const expiresAtMs = (flags & FLAGS.expires) === 0 ? undefined : fields.integer();
  const onlyFor = (flags & FLAGS.onlyFor) === 0 ? undefined : fields.text();
  const sessions = fields.integer();
  const queuedFor = sessions === 0 ? undefined : new Set(Array.from({ length: sessions }, () => fields.text()));
  const choice = (flags & FLAGS.shared) === 0 ? undefined : readChoice(fields, at);
  const id = (flags & FLAGS.id) === 0 ? undefined : fields.text();
  const { topic, payload, properties } = contentOf(fields.bytes());
  return new Message({
    topic,
    payload,
    properties,
    queuedFor,
    account,
    qos: qosOf(flags & 3),
    retain: (flags & FLAGS.retain) !== 0,
    dup: (flags & FLAGS.dup) !== 0,
    onlyFor,
    expiresAtMs,
    choice,
    id,
  });
}

function writeChoice(body: Body, { isForGroupsOnly, chosen }: ShareChoice): void {
  body.byte(isForGroupsOnly ? 1 : 0);
  body.integer(chosen.size);
  for (const texts of chosen) for (const text of texts) body.text(text);
}

function readChoice(fields: Fields, at: string): ShareChoice {
  const isForGroupsOnly = fields.byte() === 1;
  const chosen = Array.from({ length: fields.integer() }, () => [fields.text(), fields.text()] as const);
  return new ShareChoice(at, new Map(chosen), isForGroupsOnly);
}

function qosOf(value: number): QoS {
  if (value === 0 || value === 1 || value === 2) return value;
  throw new Error(`${value} is none of 0, 1 and 2`);
}
