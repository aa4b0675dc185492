/** Owns one client's session: what it has subscribed to, what it is owed, which of its QoS 2 messages have been taken. Knows no socket. */

import type { Clock } from '../../../core/ports.ts';
import type { AccountUse } from '../accounts/account-use.ts';
import type { KeptOwed } from '../kept/changes.ts';
import type { Keeper } from '../kept/keeper.ts';
import type { Message } from '../message.ts';
import type { QoS } from '../packets/packet.ts';
import type { Tally } from '../tally.ts';
import type { Granted } from './granted.ts';
import { type Owed, OwedMessages } from './owed.ts';
import type { Wire } from './wire.ts';

interface SessionParts {
  readonly keeper: Keeper;
  readonly tally: Tally;
  readonly clock: Clock;
}

export class Session {
  readonly use: AccountUse;
  readonly clientId: string;
  readonly filters = new Map<string, Granted>();
  readonly owed = new OwedMessages();
  /** Packet ids of the client's QoS 2 messages that have no PUBREL yet. */
  readonly received = new Set<number>();
  /** How long it is kept without a connection; 0: it ends with the connection. */
  expirySeconds = 0;
  wire: Wire | undefined;
  /** Milliseconds since 1970; undefined while it is connected. */
  awaySinceMs: number | undefined;
  /** Under way since an earlier connection, and not sent again on this one yet. */
  readonly #again = new Set<Owed>();
  #isPumping = false;
  readonly #keeper: Keeper;
  readonly #tally: Tally;
  readonly #clock: Clock;

  constructor(use: AccountUse, clientId: string, { keeper, tally, clock }: SessionParts) {
    this.use = use;
    this.clientId = clientId;
    this.#keeper = keeper;
    this.#tally = tally;
    this.#clock = clock;
  }

  get account(): string {
    return this.use.account.key;
  }

  /** Whether it outlives its connection: only then is anything of it stored. */
  get isKept(): boolean {
    return this.expirySeconds > 0;
  }

  /**
   * At QoS 0 now or never; above that as soon as there is room.
   * @param origin another broker may give it the same under this name: it gets it once
   */
  deliver(
    message: Message,
    qos: QoS,
    retain: boolean,
    subscriptionIds: readonly number[] | undefined,
    origin?: string,
  ): void {
    const { wire, owed } = this;
    if (qos === 0) {
      if (wire?.publish({ message, qos, retain, subscriptionIds, packetId: 0, dup: false }) === false) this.#drop();
      return;
    }
    const isStored = this.isKept && message.onlyFor === undefined;
    if (wire === undefined && !isStored) return;
    if (owed.waiting >= this.use.limits.queuedMessagesPerSession || !this.use.hasRoomFor(message.keptBytes)) {
      this.#drop();
      return;
    }
    const one: Owed = { message, qos, retain, subscriptionIds, packetId: 0, isReleased: false, keptAs: 0 };
    if (isStored && this.#keeper.isShared) {
      this.#keeper.enqueue(this, origin === undefined ? one : { ...one, origin });
      return;
    }
    message.keep();
    this.#take(one, isStored);
    this.pump();
  }

  /** From an earlier run. @param wasThere whether the client was, when that ended: then it may have it, if we could not note so */
  restore(owed: KeptOwed, wasThere: boolean): void {
    this.#take({ ...owed, mayBeThere: wasThere || owed.mayBeThere === true, keptAs: 0 }, true);
  }

  /** Sends what waits, as far as the window goes. */
  pump(): void {
    const { wire } = this;
    if (wire === undefined || this.#isPumping) return;
    this.#isPumping = true;
    // The window of this connection may be smaller than that of the one before (MQTT 5.0, 4.9).
    while (this.owed.underWay - this.#again.size < wire.window && this.#sendNext(wire));
    this.#isPumping = false;
  }

  /** PUBACK, or a PUBREC that refuses. @returns false when nothing was sent under this id */
  acknowledge(packetId: number, qos: 1 | 2): boolean {
    const one = this.owed.byId(packetId);
    if (one === undefined || one.qos !== qos || one.isReleased) return false;
    this.#settle(one);
    this.pump();
    return true;
  }

  /** PUBREC. @returns false when nothing was sent under this id */
  take(packetId: number): boolean {
    const one = this.owed.byId(packetId);
    if (one === undefined || one.qos !== 2) return false;
    if (!one.isReleased) {
      one.isReleased = true;
      this.#again.delete(one);
      if (one.keptAs > 0) this.#keeper.advanced(this, one);
    }
    return true;
  }

  /** PUBCOMP. @returns false when nothing was released under this id */
  complete(packetId: number): boolean {
    const one = this.owed.byId(packetId);
    if (one?.isReleased !== true) return false;
    this.#settle(one);
    this.pump();
    return true;
  }

  /** A client is back: what was under way is sent again, in its order (MQTT 5.0, 4.4), then what waits. */
  resume(wire: Wire): void {
    this.wire = wire;
    this.#again.clear();
    for (const one of [...this.owed.sent()]) {
      if (one.isReleased) this.#whenKept(wire, one, () => wire.release(one.packetId));
      else this.#again.add(one);
    }
    this.pump();
  }

  /** The client is gone. It may have what was under way, and must be told so also by a later run (MQTT 5.0, 3.3.1.1). */
  suspend(): void {
    this.wire = undefined;
    for (const one of this.owed.sent()) if (one.qos === 1 && one.keptAs > 0) this.#keeper.advanced(this, one);
  }

  /** Nothing of it is kept any more. */
  end(): void {
    this.discard();
    if (this.isKept) this.#keeper.ended(this);
    this.expirySeconds = 0;
  }

  /** It is not in memory any more. */
  discard(): void {
    this.wire = undefined;
    for (const one of this.owed.all()) this.use.waitingBytes -= one.message.keptBytes;
    this.owed.clear();
    this.#again.clear();
    this.received.clear();
  }

  /** A QoS 2 message of the client has gone its way: it is not to go it again (MQTT 5.0, 4.3.3). */
  receive(packetId: number): void {
    this.received.add(packetId);
    if (this.isKept) this.#keeper.received(this, packetId);
  }

  /** PUBREL. @returns false when nothing was taken under this id */
  forget(packetId: number): boolean {
    if (!this.received.delete(packetId)) return false;
    if (this.isKept) this.#keeper.forgotten(this, packetId);
    return true;
  }

  /** Before what must not be done twice. Where a disk refuses it is done all the same; other brokers might go on with it meanwhile. */
  onceNoted(callback: () => void): void {
    if (this.#keeper.isShared) this.#keeper.durable(callback);
    else this.#keeper.tried(callback);
  }

  #take(one: Owed, isStored: boolean): void {
    this.use.waitingBytes += one.message.keptBytes;
    if (isStored) one.keptAs = this.#keeper.owe(this, one);
    this.owed.restore(one);
  }

  #sendNext(wire: Wire): boolean {
    const [before] = this.#again;
    const one = before ?? this.owed.next();
    if (one === undefined) return false;
    this.#again.delete(one);
    this.#sendWhenKept(wire, one, before !== undefined);
    return true;
  }

  /** At QoS 2 under another packet id after a crash it would be another message: it goes when its id is on the disk. */
  #sendWhenKept(wire: Wire, one: Owed, again: boolean): void {
    if (one.qos === 1) {
      this.#send(wire, one, again || one.mayBeThere === true);
      return;
    }
    if (!again && one.keptAs > 0) this.#keeper.advanced(this, one);
    this.#whenKept(wire, one, () => {
      if (one.isReleased) return;
      this.#send(wire, one, again);
      // It may have been dropped, and have made room.
      this.pump();
    });
  }

  #whenKept(wire: Wire, one: Owed, work: () => void): void {
    if (one.keptAs === 0) work();
    else
      this.onceNoted(() => {
        if (this.wire === wire && this.owed.byId(one.packetId) === one) work();
      });
  }

  #send(wire: Wire, one: Owed, again: boolean): void {
    const { message, qos, retain, subscriptionIds, packetId } = one;
    // What was sent once is not too old any more (MQTT 5.0, 4.3.3-7): its id is still in use.
    const isTooOld = !again && message.isExpired(this.#clock.now());
    const isSent = !isTooOld && wire.publish({ message, qos, retain, subscriptionIds, packetId, dup: again });
    if (isSent) return;
    // What is too large for the client, or too old, is dropped as if it had been sent (MQTT 5.0, 3.1.2-25 and 3.3.2-5).
    this.#drop();
    this.#settle(one);
  }

  #settle(one: Owed): void {
    this.owed.finish(one.packetId);
    this.#again.delete(one);
    this.use.waitingBytes -= one.message.keptBytes;
    if (one.keptAs > 0) this.#keeper.settled(this, one);
  }

  #drop(): void {
    this.#tally.dropped(this.use.account);
  }
}
