/** Owns where the messages of one topic go, as subscriptions and rights are at the moment: each session once, whatever number of its filters select it. */

import type { Message } from '../message.ts';
import type { QoS } from '../packets/packet.ts';
import type { Granted } from '../sessions/granted.ts';
import type { Session } from '../sessions/session.ts';
import type { ShareGroup } from './share-group.ts';

interface Target {
  readonly session: Session;
  qos: QoS;
  retainAsPublished: boolean;
  /** All of its filters that select the topic say so. */
  noLocal: boolean;
  /** Of all of its filters that select the topic and have one (MQTT 5.0, 3.3.4-3). */
  subscriptionIds: number[] | undefined;
}

export class Route {
  readonly topic: string;
  readonly targets: Target[] = [];
  readonly #bySession = new Map<Session, Target>();
  readonly groups: ShareGroup[] = [];
  /** How many branches had to be looked at. */
  cost = 0;

  constructor(topic: string) {
    this.topic = topic;
  }

  add(session: Session, granted: Granted): void {
    const { qos, retainAsPublished, noLocal, subscriptionId } = granted;
    const known = this.#bySession.get(session);
    if (known === undefined) {
      const subscriptionIds = subscriptionId === undefined ? undefined : [subscriptionId];
      const target = { session, qos, retainAsPublished, noLocal, subscriptionIds };
      this.#bySession.set(session, target);
      this.targets.push(target);
      return;
    }
    if (qos > known.qos) known.qos = qos;
    known.retainAsPublished ||= retainAsPublished;
    known.noLocal &&= noLocal;
    if (subscriptionId === undefined) return;
    known.subscriptionIds ??= [];
    known.subscriptionIds.push(subscriptionId);
  }
}

/** What large messages count for: one more delivery for so many bytes. */
const BYTES_PER_UNIT = 4096;

/** One message on its way along a route; it can be left and gone on with. */
export class Fanout {
  readonly message: Message;
  readonly #route: Route;
  readonly #unit: number;
  /** Whether anybody is there to hear it. */
  readonly isHeard: boolean;
  #at = 0;

  constructor(message: Message, route: Route, isHeard = route.targets.length + route.groups.length > 0) {
    this.message = message;
    this.isHeard = isHeard;
    this.#route = route;
    this.#unit = 1 + Math.floor(message.payload.length / BYTES_PER_UNIT);
  }

  get isDone(): boolean {
    return this.#at >= this.#route.targets.length + this.#route.groups.length;
  }

  /** @returns what it has cost */
  step(allowance: number): number {
    const { targets, groups } = this.#route;
    const { message } = this;
    let cost = 0;
    for (; this.#at < targets.length && cost < allowance; this.#at += 1) {
      const target = targets[this.#at];
      if (target === undefined) break;
      cost += this.#unit;
      const { session, qos, retainAsPublished, noLocal, subscriptionIds } = target;
      if (message.choice?.isForGroupsOnly === true || (noLocal && message.session === session)) continue;
      this.#deliver(session, qos, retainAsPublished, subscriptionIds, message.id);
    }
    for (; this.#at >= targets.length && !this.isDone && cost < allowance; this.#at += 1) {
      const group = groups[this.#at - targets.length];
      cost += this.#unit;
      if (group === undefined || message.isForQueues || message.choice?.isHere(group.name) === false) continue;
      const picked = group.pick();
      if (picked === undefined) continue;
      const [session, { qos, retainAsPublished, subscriptionId }] = picked;
      this.#deliver(session, qos, retainAsPublished, subscriptionId === undefined ? undefined : [subscriptionId]);
    }
    return cost;
  }

  /** @param origin absent: it gets it as one of a group, and may get it otherwise, too */
  #deliver(
    session: Session,
    granted: QoS,
    asPublished: boolean,
    ids: Target['subscriptionIds'],
    origin?: string,
  ): void {
    const { message } = this;
    if (message.onlyFor !== undefined && message.onlyFor !== session.account) return;
    const qos = granted < message.qos ? granted : message.qos;
    if (qos > 0 && message.queuedFor?.has(`${session.account}\n${session.clientId}`)) return;
    if (message.isForQueues && (qos === 0 || !session.isKept)) return;
    session.deliver(message, qos, asPublished && message.retain, ids, origin);
  }
}
