/** Owns a client that has logged in: its packets in their order, in turn with those of others, until its session is free again. */

import type { Account } from '../../../core/accounts/accounts.ts';
import type { AccountUse } from '../accounts/account-use.ts';
import type { Core } from '../core.ts';
import type { ClientPacket, Connect, Disconnect, Level, Will } from '../packets/packet.ts';
import { REASON } from '../packets/reason-codes.ts';
import type { Session } from '../sessions/session.ts';
import type { Task } from '../turns/turns.ts';
import type { Connected } from './connections.ts';
import { Delivery } from './delivery.ts';
import type { Line } from './line.ts';
import { Publishing } from './publishing.ts';
import { Subscribing } from './subscribing.ts';

interface Opened {
  readonly account: Account;
  readonly clientId: string;
  readonly use: AccountUse;
  readonly session: Session;
}

export class Client implements Task, Connected {
  readonly account: Account;
  readonly clientId: string;
  readonly address: string | undefined;
  readonly since: number;
  readonly level: Level;
  readonly keepAliveMs: number;
  readonly delivery: Delivery;
  readonly #core: Core;
  readonly #line: Line;
  readonly #use: AccountUse;
  readonly #session: Session;
  readonly #publishing: Publishing;
  readonly #subscribing: Subscribing;
  #will: Will | undefined;
  readonly #hadWill: boolean;

  constructor(core: Core, line: Line, { level, keepAliveSeconds, will, properties }: Connect, opened: Opened) {
    this.account = opened.account;
    this.clientId = opened.clientId;
    this.address = line.address;
    this.since = core.clock.now();
    this.level = level;
    // MQTT 5.0, 3.1.2-22: one and a half times of what it has promised.
    this.keepAliveMs = keepAliveSeconds * 1500;
    this.#core = core;
    this.#line = line;
    this.#use = opened.use;
    this.#session = opened.session;
    // It stays longer than the bytes of the CONNECT.
    this.#will = will && { ...will, payload: Buffer.from(will.payload) };
    this.#hadWill = core.keeper.isShared && will !== undefined;
    this.delivery = new Delivery(core, line.outbox, opened.use, { ...properties, level });
    const wake = () => this.wake();
    this.#publishing = new Publishing(core, line, opened.session, wake);
    this.#subscribing = new Subscribing(core, line, opened.session, wake);
  }

  get gone(): Promise<void> {
    return this.#line.gone;
  }

  get isLingering(): boolean {
    return this.#line.isLingering;
  }

  /** A message of it is on its way to many readers. */
  get isSpreading(): boolean {
    return this.#publishing.isSpreading;
  }

  begin(): void {
    const { connections, observer, keeper, log } = this.#core;
    connections.add(this);
    this.#session.resume(this.delivery);
    if (this.#will !== undefined) keeper.willGiven(this.#session, this.#will);
    observer.connected(this.account, this);
    const { account, address, clientId, level } = this;
    log.debug({ account: account.key, address, clientId, version: level }, 'a client logged in');
    this.wake();
  }

  wake(): void {
    this.#core.turns.wake(this.#use.lane, this);
  }

  /** What was written has been taken. */
  drained(): void {
    if (this.#subscribing.canGoOn) this.wake();
  }

  step(allowance: number): number {
    if (!this.#line.isOpen) return -1;
    if (!this.#core.directory.isCurrent(this.account)) {
      this.#line.refuse(REASON.notAuthorized, 'the account has lost its rights');
      return -1;
    }
    let cost = this.#read(allowance);
    if (!this.#line.isOpen) return -Math.max(1, cost);
    if (cost < allowance) cost += this.#subscribing.sendRetained(allowance - cost);
    const hasMore = cost >= allowance || this.#subscribing.canGoOn;
    return hasMore ? cost : -Math.max(1, cost);
  }

  part(reasonCode: number, why: string): void {
    this.#line.refuse(reasonCode, why);
    this.end();
  }

  /** Its session is free from now on, and its will is due. Happens once, however often it is called. */
  end(): void {
    const { connections, sessions, wills, observer, directory, turns, uses, keeper } = this.#core;
    if (connections.find(this.account.key, this.clientId) !== this) return;
    connections.delete(this);
    turns.forget(this.#use.lane, this);
    observer.disconnected(this.account, this);
    const rest = this.#publishing.end();
    if (this.#hadWill) keeper.willGone({ session: this.#session });
    if (directory.isCurrent(this.account)) {
      // Half of its readers have it: as QoS 2 it is taken already, and would not be again.
      if (rest !== undefined) this.#core.goOn(this.#use, rest);
      if (this.#will !== undefined) wills.pend(this.#session, this.#will);
    }
    sessions.leave(this.#session);
    this.#use.holders -= 1;
    uses.release(this.#use);
  }

  #read(allowance: number): number {
    let cost = 0;
    while (cost < allowance && this.#line.isOpen) {
      if (this.#publishing.isSpreading) {
        cost += this.#publishing.spread(allowance - cost);
        continue;
      }
      if (this.#publishing.isHeld) break;
      const packet = this.#line.next();
      if (packet === undefined) {
        this.#line.caughtUp();
        break;
      }
      cost += 1 + this.#handle(packet);
    }
    return cost;
  }

  /** @returns what it has cost beyond the packet itself */
  #handle(packet: ClientPacket): number {
    switch (packet.kind) {
      case 'publish':
        return this.#publishing.publish(packet);
      case 'puback':
      case 'pubrec':
      case 'pubcomp':
        if (!this.delivery.acknowledged(this.#session, packet)) {
          this.#line.refuse(REASON.protocolError, `a ${packet.kind} out of its order [MQTT-4.13.1]`);
        }
        return 0;
      case 'pubrel':
        this.#publishing.release(packet);
        return 0;
      case 'subscribe':
        return this.#subscribing.subscribe(packet);
      case 'unsubscribe':
        return this.#subscribing.unsubscribe(packet);
      case 'pingreq':
        this.#line.send({ kind: 'pingresp' });
        return 0;
      case 'disconnect':
        this.#disconnect(packet);
        return 0;
      case 'connect':
        this.#line.refuse(REASON.protocolError, 'a second CONNECT [MQTT-3.1.0-2]');
        return 0;
      case 'auth':
        this.#line.refuse(REASON.protocolError, 'AUTH without an authentication method [MQTT-4.12.0-6]');
        return 0;
    }
  }

  /** The client says goodbye: its will is no more, unless it wants that (MQTT 5.0, 3.14.4-3). */
  #disconnect({ reasonCode, properties: { sessionExpirySeconds } }: Disconnect): void {
    const { limits, sessions } = this.#core;
    if (sessionExpirySeconds !== undefined && sessionExpirySeconds > 0 && !this.#session.isKept) {
      this.#line.refuse(REASON.protocolError, 'a session that was to end with its connection [MQTT-3.14.2-2]');
      return;
    }
    if (sessionExpirySeconds !== undefined) {
      sessions.keepFor(this.#session, Math.min(sessionExpirySeconds, limits.sessionExpirySeconds));
    }
    if (reasonCode !== REASON.disconnectWithWill) this.#will = undefined;
    this.#line.leave();
  }
}
