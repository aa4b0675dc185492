/** Owns how the changes in a frame are read, in their order; whether they make sense is not known here. */

import type { Account } from '../../../../core/accounts/accounts.ts';
import { Message } from '../../message.ts';
import type { QoS } from '../../packets/packet.ts';
import type { Granted } from '../../sessions/granted.ts';
import type { Change, KeptOwed, KeptWill, SessionFacts } from '../changes.ts';
import { readContent } from './content.ts';
import type { Fields } from './fields.ts';
import { OWED, RECORD, SUBSCRIBED } from './kinds.ts';

/** A record, or undefined for one that says something of the file and not of what is kept. */
export class Decoding {
  /** Whether all is there that was there when the file was begun. */
  isComplete = false;
  readonly #messages = new Map<number, Message>();

  /** @throws Error with what is wrong, which quotes nothing of it */
  next(fields: Fields): Change | undefined {
    const record = fields.byte();
    if (record === RECORD.complete) {
      this.isComplete = true;
      return undefined;
    }
    if (record === RECORD.cleared) return { kind: 'cleared', topic: fields.text() };
    const id = fields.integer();
    switch (record) {
      case RECORD.message:
        this.#takeMessage(id, fields);
        return undefined;
      case RECORD.messageGone:
        this.#messages.delete(id);
        return undefined;
      case RECORD.session:
        return { kind: 'session', id, facts: readSession(fields) };
      case RECORD.ended:
        return { kind: 'ended', id };
      case RECORD.subscribed:
        return { kind: 'subscribed', id, granted: readGranted(fields) };
      case RECORD.unsubscribed:
        return { kind: 'unsubscribed', id, filter: fields.text() };
      case RECORD.owed:
        return { kind: 'owed', id, number: fields.integer(), owed: this.#readOwed(fields) };
      case RECORD.settled:
        return { kind: 'settled', id, number: fields.integer() };
      case RECORD.received:
        return { kind: 'received', id, packetId: fields.integer() };
      case RECORD.forgotten:
        return { kind: 'forgotten', id, packetId: fields.integer() };
      case RECORD.will:
        return { kind: 'will', id, pending: readWill(fields) };
      case RECORD.willGone:
        return { kind: 'willGone', id };
      case RECORD.retained:
        return { kind: 'retained', message: this.#message(id), isOfInstance: fields.byte() === 1 };
      default:
        throw new Error(`there is no record ${record}`);
    }
  }

  /** Known already where two files were written at a time: then that one stays, so that there is one object of each. */
  #takeMessage(number: number, fields: Fields): void {
    const account = fields.text();
    const qos = qosOf(fields.byte());
    const expiresAtMs = fields.integer();
    const content = readContent(fields);
    if (this.#messages.has(number)) return;
    const times = expiresAtMs === 0 ? {} : { expiresAtMs };
    this.#messages.set(number, new Message({ ...content, account, qos, retain: false, ...times }));
  }

  #message(number: number): Message {
    const message = this.#messages.get(number);
    if (message === undefined) throw new Error(`there is no message ${number}`);
    return message;
  }

  #readOwed(fields: Fields): KeptOwed {
    const message = this.#message(fields.integer());
    const flags = fields.byte();
    const packetId = fields.integer();
    const count = (flags & OWED.hasIds) === 0 ? undefined : fields.integer();
    return {
      message,
      qos: (flags & OWED.qos2) === 0 ? 1 : 2,
      retain: (flags & OWED.retain) !== 0,
      isReleased: (flags & OWED.released) !== 0,
      packetId,
      subscriptionIds: count === undefined ? undefined : Array.from({ length: count }, () => fields.integer()),
    };
  }
}

/** So that a kind that is new cannot be left out here. */
const ACCOUNT_KINDS: Readonly<Record<Account['kind'], true>> = {
  admin: true,
  user: true,
  device: true,
  instance: true,
};

function readSession(fields: Fields): SessionFacts {
  const [key, kind, username, generation, owner] = [
    fields.text(),
    fields.text(),
    fields.text(),
    fields.integer(),
    fields.text(),
  ];
  if (!isAccountKind(kind)) throw new Error('there is no such kind of account');
  const account: Account = { key, kind, username, generation, ...(owner !== '' && { owner }) };
  const [clientId, expirySeconds, awaySinceMs] = [fields.text(), fields.integer(), fields.integer()];
  return { account, clientId, expirySeconds, awaySinceMs: awaySinceMs === 0 ? undefined : awaySinceMs };
}

function isAccountKind(kind: string): kind is Account['kind'] {
  return Object.hasOwn(ACCOUNT_KINDS, kind);
}

function readGranted(fields: Fields): Granted {
  const filter = fields.text();
  const options = fields.byte();
  return {
    filter,
    qos: qosOf(options & 3),
    noLocal: (options & SUBSCRIBED.noLocal) !== 0,
    retainAsPublished: (options & SUBSCRIBED.retainAsPublished) !== 0,
    retainHandling: qosOf((options >> 3) & 3),
    subscriptionId: (options & SUBSCRIBED.hasId) === 0 ? undefined : fields.integer(),
  };
}

function readWill(fields: Fields): KeptWill {
  const dueAtMs = fields.integer();
  const flags = fields.byte();
  const delaySeconds = fields.integer();
  const will = { ...readContent(fields), qos: qosOf(flags & 3), retain: (flags & 4) !== 0, delaySeconds };
  return { will, dueAtMs };
}

/** Also for the retain handling of a subscription, which has the same three values. */
function qosOf(value: number): QoS {
  if (value === 0 || value === 1 || value === 2) return value;
  throw new Error(`${value} is none of 0, 1 and 2`);
}
