/** Owns what a client subscribes to: whether it may, and the retained messages that it gets for it, as fast as it takes them. */

import type { Core } from '../core.ts';
import type { Message } from '../message.ts';
import type { Suback, Subscribe, Subscription, Unsuback, Unsubscribe } from '../packets/packet.ts';
import { REASON } from '../packets/reason-codes.ts';
import { isShared } from '../packets/wire/topics.ts';
import type { Granted } from '../sessions/granted.ts';
import type { Session } from '../sessions/session.ts';
import type { Line } from './line.ts';

interface Errand {
  /** From when it is begun: by then more may be known than when it was asked for. */
  messages: Iterator<Message | undefined> | undefined;
  readonly granted: Granted;
}

const NO_PROPERTIES = {};

export class Subscribing {
  readonly #core: Core;
  readonly #line: Line;
  readonly #session: Session;
  readonly #wake: () => void;
  /** SUBACKs that wait for the disk, or for what others retain. */
  #unanswered = 0;
  /** Retained messages that are still to be sent, by filter. */
  readonly #errands = new Map<string, Errand>();

  /** @param wake there may be something to send now */
  constructor(core: Core, line: Line, session: Session, wake: () => void) {
    this.#core = core;
    this.#line = line;
    this.#session = session;
    this.#wake = wake;
  }

  /** Whether there are retained messages to send, and room for them: none is dropped because it comes too fast. */
  get canGoOn(): boolean {
    if (this.#errands.size === 0 || this.#unanswered > 0) return false;
    return this.#line.outbox.isIdle && this.#session.owed.waiting === 0;
  }

  subscribe({ packetId, subscriptions, subscriptionId }: Subscribe): number {
    const { notes } = this.#core.keeper;
    const reasonCodes = subscriptions.map((subscription) => this.#grant({ ...subscription, subscriptionId }));
    // What was acknowledged at another broker before this subscription is to be found by it.
    const retained = this.#errands.size > 0 ? this.#core.backbone.retainedUpTo(this.#session.use.account) : undefined;
    // And what is said elsewhere after it is to reach a group that is here.
    const counted = subscriptions.some(({ filter }) => isShared(filter)) ? this.#core.backbone.counted() : undefined;
    const heard = retained && counted ? Promise.all([retained, counted]) : (retained ?? counted);
    const codes = this.#line.level === 5 ? reasonCodes : reasonCodes.map((code) => (code >= 0x80 ? 0x80 : code));
    const suback = { kind: 'suback', packetId, reasonCodes: codes, properties: NO_PROPERTIES } as const;
    if (heard === undefined) this.#answer(suback, notes);
    else this.#answerAfter(heard, suback, notes);
    return subscriptions.length;
  }

  unsubscribe({ packetId, filters }: Unsubscribe): number {
    const { sessions, keeper } = this.#core;
    const { notes } = keeper;
    const reasonCodes = filters.map((filter) => {
      // What is left of them is not sent any more (MQTT 5.0, 3.10.4-2).
      this.#errands.delete(filter);
      return sessions.revoke(this.#session, filter) ? REASON.success : REASON.noSubscriptionExisted;
    });
    this.#answer({ kind: 'unsuback', packetId, reasonCodes, properties: NO_PROPERTIES }, notes);
    return filters.length;
  }

  /** @returns what it has cost */
  sendRetained(allowance: number): number {
    let cost = 0;
    while (cost < allowance && this.canGoOn) {
      const [errand] = this.#errands.values();
      if (errand === undefined) break;
      cost += 1;
      errand.messages ??= this.#core.retained.select(errand.granted.filter);
      const { value, done } = errand.messages.next();
      if (done === true) this.#errands.delete(errand.granted.filter);
      else if (value !== undefined) this.#send(value, errand.granted);
    }
    return cost;
  }

  /** @param notes what the keeper had noted before: if it is more now, a restart must know of it, too */
  #answer(packet: Suback | Unsuback, notes: number): void {
    const { keeper } = this.#core;
    if (keeper.notes === notes) {
      this.#line.send(packet);
      return;
    }
    this.#unanswered += 1;
    keeper.tried(() => {
      this.#unanswered -= 1;
      if (!this.#line.isOpen) return;
      this.#line.send(packet);
      this.#wake();
    });
  }

  #answerAfter(heard: Promise<unknown>, packet: Suback, notes: number): void {
    this.#unanswered += 1;
    void heard.then(() => {
      this.#unanswered -= 1;
      if (!this.#line.isOpen) return;
      this.#answer(packet, notes);
      this.#wake();
    });
  }

  #grant(granted: Granted): number {
    const { acl, limits, sessions, log } = this.#core;
    const { use, account, clientId } = this.#session;
    const { filter, qos } = granted;
    if (filter.split('/').length > limits.topicLevels) return REASON.topicFilterInvalid;
    const { allowed, rule } = acl.subscribe(use.account, filter);
    if (!allowed) {
      // A session may come back with less rights than it left with.
      this.#errands.delete(filter);
      sessions.revoke(this.#session, filter);
      log.debug({ account, clientId, filter, why: rule }, 'a subscription was refused');
      return REASON.notAuthorized;
    }
    const isNew = !this.#session.filters.has(filter);
    if (!sessions.grant(this.#session, granted)) {
      log.debug({ account, clientId, filter, why: 'too many filters, or too long ones' }, 'a subscription was refused');
      return REASON.quotaExceeded;
    }
    if (wantsRetained(granted, isNew)) this.#errands.set(filter, { messages: undefined, granted });
    return qos;
  }

  #send(message: Message, { qos, subscriptionId }: Granted): void {
    const { acl, clock } = this.#core;
    if (message.isExpired(clock.now()) || !acl.receive(this.#session.use.account, message.topic)) return;
    const ids = subscriptionId === undefined ? undefined : [subscriptionId];
    this.#session.deliver(message, qos < message.qos ? qos : message.qos, true, ids);
  }
}

/** MQTT 5.0, 3.3.1-9 to 3.3.1-11; a shared subscription gets none (4.8.2). */
function wantsRetained({ filter, retainHandling }: Subscription, isNew: boolean): boolean {
  if (isShared(filter)) return false;
  return retainHandling === 0 || (retainHandling === 1 && isNew);
}
