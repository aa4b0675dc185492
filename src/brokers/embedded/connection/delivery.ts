/** Owns what a client gets: messages in its version, within its limits, and the acknowledgements that it owes for them. */

import type { AccountUse } from '../accounts/account-use.ts';
import type { Core } from '../core.ts';
import type { Message } from '../message.ts';
import { encode } from '../packets/encode.ts';
import type { Acknowledgement, ConnectProperties, Level, QoS } from '../packets/packet.ts';
import { type PublishParts, withPacketId } from '../packets/publish.ts';
import { REASON } from '../packets/reason-codes.ts';
import type { Session } from '../sessions/session.ts';
import type { Sent, Wire } from '../sessions/wire.ts';
import type { Outbox } from './outbox.ts';

/** Up to here it is cheaper to copy a packet for its id than to send it in three slices. */
const SLICED_FROM_BYTES = 4096;
const NO_PROPERTIES = {};

type Alias = { readonly topicAlias: number; readonly topic?: string } | undefined;

interface Client extends ConnectProperties {
  readonly level: Level;
}

export class Delivery implements Wire {
  readonly window: number;
  /** MQTT 5.0, 3.1.2.11.7: a client may not want to be told why. */
  readonly wantsReasons: boolean;
  readonly #core: Core;
  readonly #outbox: Outbox;
  readonly #use: AccountUse;
  readonly #level: Level;
  readonly #maximumPacketBytes: number;
  readonly #aliasMaximum: number;
  readonly #aliases = new Map<string, number>();

  constructor(core: Core, outbox: Outbox, use: AccountUse, client: Client) {
    this.#core = core;
    this.#outbox = outbox;
    this.#use = use;
    this.#level = client.level;
    this.window = Math.min(client.receiveMaximum ?? use.limits.inflight, use.limits.inflight);
    this.wantsReasons = client.requestProblemInformation !== false;
    this.#maximumPacketBytes = client.maximumPacketBytes ?? Number.POSITIVE_INFINITY;
    this.#aliasMaximum = Math.min(client.topicAliasMaximum ?? 0, core.limits.topicAliases);
  }

  publish({ message, qos, retain, subscriptionIds, packetId, dup }: Sent): boolean {
    if (qos === 0 && (this.#outbox.isFull || !this.#use.hasRoomFor(message.payload.length))) return false;
    const alias = this.#aliasMaximum === 0 ? undefined : this.#aliasOf(message.topic);
    const parts = this.#write(message, qos, retain, subscriptionIds, alias);
    if (parts.bytes.length > this.#maximumPacketBytes) return false;
    // Only now: an alias that was not told stands for nothing.
    if (alias !== undefined) this.#aliases.set(message.topic, alias.topicAlias);
    this.#count(message);
    if (qos === 0) this.#outbox.push(parts.bytes);
    else if (dup || parts.bytes.length < SLICED_FROM_BYTES) this.#outbox.push(withPacketId(parts, packetId, dup));
    else this.#pushSliced(parts, packetId);
    return true;
  }

  release(packetId: number): void {
    this.#answer('pubrel', packetId, REASON.success);
  }

  /** @returns false where it is not what comes next for its message (MQTT 5.0, 4.13.1); it may be of none that is under way */
  acknowledged(session: Session, packet: Acknowledgement): boolean {
    return this.#take(session, packet) || session.owed.byId(packet.packetId) === undefined;
  }

  #take(session: Session, { kind, packetId, reasonCode }: Acknowledgement): boolean {
    if (kind === 'puback') return session.acknowledge(packetId, 1);
    if (kind === 'pubcomp') return session.complete(packetId);
    if (reasonCode >= 0x80) return session.acknowledge(packetId, 2);
    const isTaken = session.take(packetId);
    if (!isTaken && session.owed.byId(packetId) !== undefined) return false;
    this.#release(session, packetId, isTaken ? REASON.success : REASON.packetIdNotFound);
    return true;
  }

  /** When it is on the disk that the client has the message: after a crash it would be sent again, as a new one to who has forgotten it. */
  #release(session: Session, packetId: number, reasonCode: number): void {
    session.onceNoted(() => {
      if (session.wire === this) this.#answer('pubrel', packetId, reasonCode);
    });
  }

  #write(message: Message, qos: QoS, retain: boolean, ids: Sent['subscriptionIds'], alias: Alias): PublishParts {
    const now = this.#core.clock.now();
    if (this.#level !== 5) return message.parts(this.#level, qos, retain, now);
    if (alias === undefined && ids === undefined) return message.parts(5, qos, retain, now);
    const own = { ...alias, ...(ids !== undefined && { subscriptionIds: ids }) };
    return message.ownParts(5, qos, retain, now, own);
  }

  /** A topic gets an alias when it is first sent, as long as there are any; then the alias stands for it (MQTT 5.0, 3.3.2.3.4). */
  #aliasOf(topic: string): Alias {
    const known = this.#aliases.get(topic);
    if (known !== undefined) return { topicAlias: known, topic: '' };
    return this.#aliases.size < this.#aliasMaximum ? { topicAlias: this.#aliases.size + 1 } : undefined;
  }

  #pushSliced({ bytes, packetIdAt }: PublishParts, packetId: number): void {
    const id = Buffer.of(packetId >> 8, packetId & 0xff);
    this.#outbox.pushPieces([bytes.subarray(0, packetIdAt), id, bytes.subarray(packetIdAt + 2)]);
  }

  #answer(kind: 'pubrel', packetId: number, reasonCode: number): void {
    this.#outbox.push(encode({ kind, packetId, reasonCode, properties: NO_PROPERTIES }, this.#level));
  }

  #count({ payload }: Message): void {
    const { tally, observer } = this.#core;
    tally.counters.publishesSent += 1;
    tally.counters.publishBytesSent += payload.length;
    observer.delivered(this.#use.account, payload.length);
  }
}
