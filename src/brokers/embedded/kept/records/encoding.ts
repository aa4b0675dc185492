/** Owns how each change is written into the bytes of a frame. */

import type { Message } from '../../message.ts';
import type { Granted } from '../../sessions/granted.ts';
import type { Change, KeptOwed, KeptWill, SessionFacts } from '../changes.ts';
import type { Body } from './body.ts';
import { contentBytes } from './content.ts';
import { OWED, RECORD, SUBSCRIBED } from './kinds.ts';
import type { MessageNumbers } from './message-numbers.ts';

export function writeChange(body: Body, change: Change, messages: MessageNumbers): void {
  switch (change.kind) {
    case 'session':
      writeSession(body, change.id, change.facts);
      return;
    case 'subscribed':
      writeSubscribed(body, change.id, change.granted);
      return;
    case 'unsubscribed':
      begin(body, RECORD.unsubscribed, change.id);
      body.text(change.filter);
      return;
    case 'owed': {
      const message = numberOf(body, change.owed.message, messages);
      begin(body, RECORD.owed, change.id);
      writeOwed(body, change.number, message, change.owed);
      return;
    }
    case 'settled':
      begin(body, RECORD.settled, change.id);
      body.integer(change.number);
      return;
    case 'received':
    case 'forgotten':
      begin(body, RECORD[change.kind], change.id);
      body.integer(change.packetId);
      return;
    case 'will':
      writeWill(body, change.id, change.pending);
      return;
    case 'ended':
    case 'willGone':
      begin(body, RECORD[change.kind], change.id);
      return;
    case 'retained': {
      const message = numberOf(body, change.message, messages);
      begin(body, RECORD.retained, message);
      body.byte(change.isOfInstance ? 1 : 0);
      return;
    }
    case 'cleared':
      body.byte(RECORD.cleared);
      body.text(change.topic);
      return;
  }
}

export function writeMessageGone(body: Body, number: number): void {
  begin(body, RECORD.messageGone, number);
}

export function writeComplete(body: Body): void {
  body.byte(RECORD.complete);
}

/** The message itself comes first, where the file does not know it yet. */
function numberOf(body: Body, message: Message, messages: MessageNumbers): number {
  return messages.numberOf(message, (number) => {
    const content = contentBytes(message);
    begin(body, RECORD.message, number);
    body.text(message.account);
    body.byte(message.qos);
    // 0 is long past: nothing expires then.
    body.integer(message.expiresAtMs ?? 0);
    body.bytes(content);
  });
}

function writeSession(body: Body, id: number, { account, clientId, expirySeconds, awaySinceMs }: SessionFacts): void {
  begin(body, RECORD.session, id);
  body.text(account.key);
  body.text(account.kind);
  body.text(account.username);
  body.integer(account.generation);
  body.text(account.owner ?? '');
  body.text(clientId);
  body.integer(expirySeconds);
  body.integer(awaySinceMs ?? 0);
}

function writeSubscribed(body: Body, id: number, granted: Granted): void {
  const { filter, qos, noLocal, retainAsPublished, retainHandling, subscriptionId } = granted;
  begin(body, RECORD.subscribed, id);
  body.text(filter);
  body.byte(
    qos |
      (retainHandling << 3) |
      (noLocal ? SUBSCRIBED.noLocal : 0) |
      (retainAsPublished ? SUBSCRIBED.retainAsPublished : 0) |
      (subscriptionId === undefined ? 0 : SUBSCRIBED.hasId),
  );
  if (subscriptionId !== undefined) body.integer(subscriptionId);
}

function writeOwed(body: Body, number: number, message: number, owed: KeptOwed): void {
  const { qos, retain, isReleased, packetId, subscriptionIds } = owed;
  body.integer(number);
  body.integer(message);
  body.byte(
    (qos === 2 ? OWED.qos2 : 0) |
      (retain ? OWED.retain : 0) |
      (isReleased ? OWED.released : 0) |
      (subscriptionIds === undefined ? 0 : OWED.hasIds),
  );
  body.integer(packetId);
  if (subscriptionIds === undefined) return;
  body.integer(subscriptionIds.length);
  for (const subscriptionId of subscriptionIds) body.integer(subscriptionId);
}

function writeWill(body: Body, id: number, { will, dueAtMs }: KeptWill): void {
  const content = contentBytes(will);
  begin(body, RECORD.will, id);
  body.integer(dueAtMs);
  body.byte(will.qos | (will.retain ? 4 : 0));
  body.integer(will.delaySeconds);
  body.bytes(content);
}

function begin(body: Body, record: number, id: number): void {
  body.byte(record);
  body.integer(id);
}
