/** Owns what a client publishes: whether it may, its way to the readers, and the acknowledgements, in the order of the messages (MQTT 5.0, 4.6). */

import type { InboundSender } from '../../../core/ports.ts';
import type { Core } from '../core.ts';
import { Message } from '../message.ts';
import { encode } from '../packets/encode.ts';
import type { Acknowledgement, Publish } from '../packets/packet.ts';
import { REASON } from '../packets/reason-codes.ts';
import type { Fanout } from '../routes/route.ts';
import type { Session } from '../sessions/session.ts';
import type { Line } from './line.ts';

type AckKind = 'puback' | 'pubrec' | 'pubcomp';

/** An acknowledgement that waits for the disk, for word of who must have its message, or for one before it that does. */
interface Due {
  readonly bytes: Buffer;
  /** The client has its message off its hands then: PUBREC alone does not do that (MQTT 5.0, 4.9). */
  readonly isLast: boolean;
  isReady: boolean;
}

const NO_PROPERTIES = {};

export class Publishing {
  readonly #core: Core;
  readonly #line: Line;
  readonly #session: Session;
  readonly #aliases = new Map<number, string>();
  readonly #acks: Due[] = [];
  readonly #sender: InboundSender;
  readonly #wake: () => void;
  #unanswered = 0;
  #isWaiting = false;
  #spreading: { readonly fanout: Fanout; readonly packet: Publish; readonly notes: number } | undefined;

  /** @param wake it is not held any more */
  constructor(core: Core, line: Line, session: Session, wake: () => void) {
    this.#wake = wake;
    this.#core = core;
    this.#line = line;
    this.#session = session;
    this.#sender = core.senderOf(session.use.account, line.address);
  }

  /** A message is on its way to many readers: what comes behind it waits. */
  get isSpreading(): boolean {
    return this.#spreading !== undefined;
  }

  /** No further packet is to be read: disk or network do not keep up. Clients of MQTT 5 know how many they may have unanswered, others are held. */
  get isHeld(): boolean {
    const { receiveMaximum } = this.#core.limits;
    return this.#isWaiting || (this.#line.level < 5 && this.#unanswered >= receiveMaximum);
  }

  /** @returns what it has cost */
  publish(packet: Publish): number {
    const { core, topic } = { core: this.#core, topic: this.#topicOf(packet) };
    if (topic === undefined) return 0;
    const { tally, observer, keeper, acl, clock } = core;
    const { account } = this.#session.use;
    tally.counters.publishesReceived += 1;
    tally.counters.publishBytesReceived += packet.payload.length;
    if (packet.qos === 2 && this.#session.received.has(packet.packetId)) {
      this.#acknowledge('pubrec', packet.packetId, REASON.success, this.#session.isKept);
      return 0;
    }
    if (packet.qos > 0 && this.#unfinished >= core.limits.receiveMaximum) {
      this.#line.refuse(REASON.receiveMaximumExceeded, 'too many messages are unfinished [MQTT-3.3.4-9]');
      return 0;
    }
    const { allowed, rule } = acl.publish(account, topic);
    if (!allowed) {
      this.#refuse(packet, topic, rule);
      return 0;
    }
    observer.published(account, packet.payload.length);
    const { expirySeconds } = packet.properties;
    const { notes } = keeper;
    const message = new Message({
      topic,
      payload: packet.payload,
      qos: packet.qos,
      retain: packet.retain,
      dup: packet.dup,
      properties: withoutAlias(packet),
      account: account.key,
      session: this.#session,
      expiresAtMs: expirySeconds === undefined ? undefined : clock.now() + expirySeconds * 1000,
    });
    this.#spreading = { fanout: core.admit(message, this.#sender), packet, notes };
    return this.spread(1);
  }

  /** Goes on with the message under way. @returns what it has cost */
  spread(allowance: number): number {
    const spreading = this.#spreading;
    if (spreading === undefined) return 0;
    const { fanout, packet, notes } = spreading;
    const cost = fanout.isDone ? 0 : fanout.step(allowance);
    if (!fanout.isDone) return cost;
    this.#spreading = undefined;
    // Not before: a client that comes back in the middle of it sends it again, and it must reach the others then.
    if (packet.qos === 2) this.#session.receive(packet.packetId);
    const { keeper, backbone } = this.#core;
    const { topic, judged } = fanout.message;
    const isNoted = keeper.notes !== notes;
    const reasonCode = fanout.isHeard ? REASON.success : REASON.noMatchingSubscribers;
    if (packet.qos === 1) this.#acknowledge('puback', packet.packetId, reasonCode, isNoted, judged);
    if (packet.qos === 2) this.#acknowledge('pubrec', packet.packetId, reasonCode, isNoted, judged);
    if (isNoted && keeper.isBehind) this.#waitFor((callback) => keeper.tried(callback));
    else if (backbone.isBehind(topic)) this.#waitFor((callback) => backbone.caughtUp(topic, callback));
    return cost;
  }

  /** The client is gone. @returns what is still on its way to others */
  end(): Fanout | undefined {
    const fanout = this.#spreading?.fanout;
    this.#spreading = undefined;
    return fanout;
  }

  /** PUBREL: the id is free again when it is so on the disk, too. */
  release({ packetId }: Acknowledgement): void {
    const reasonCode = this.#session.forget(packetId) ? REASON.success : REASON.packetIdNotFound;
    this.#acknowledge('pubcomp', packetId, reasonCode, this.#session.isKept);
  }

  /** QoS 1 and 2 messages whose last acknowledgement the client has not got. */
  get #unfinished(): number {
    const taken = this.#session.received.size;
    return this.#line.level < 5 ? taken : this.#unanswered + taken;
  }

  #waitFor(caughtUp: (callback: () => void) => void): void {
    this.#isWaiting = true;
    caughtUp(() => {
      this.#isWaiting = false;
      this.#wake();
    });
  }

  /** Undefined when the connection had to end over it. */
  #topicOf({ topic, properties: { topicAlias } }: Publish): string | undefined {
    const { limits } = this.#core;
    if (topicAlias !== undefined && topicAlias > limits.topicAliases) {
      this.#line.refuse(REASON.topicAliasInvalid, `a topic alias above ${limits.topicAliases} [MQTT-3.3.2-9]`);
      return undefined;
    }
    if (topic === '') {
      const known = topicAlias === undefined ? undefined : this.#aliases.get(topicAlias);
      if (known === undefined) this.#line.refuse(REASON.protocolError, 'an alias for no topic [MQTT-3.3.2.3.4]');
      return known;
    }
    if (levelsOf(topic) > limits.topicLevels) {
      this.#line.refuse(REASON.topicNameInvalid, `a topic of more than ${limits.topicLevels} levels`);
      return undefined;
    }
    if (topicAlias !== undefined) this.#aliases.set(topicAlias, topic);
    return topic;
  }

  /** I-32: an instance that leaves its root loses its connection; others are told, and go on. */
  #refuse(packet: Publish, topic: string, rule: string): void {
    const { refusals } = this.#core;
    const { account } = this.#session.use;
    const { address } = this.#line;
    const { clientId } = this.#session;
    const fields = { account: account.key, address, clientId, topic, why: rule };
    refusals.info(`publish ${account.key} ${clientId}`, fields, 'a publish was refused');
    if (account.kind === 'instance') {
      this.#line.refuse(REASON.notAuthorized, rule);
      return;
    }
    if (packet.qos === 1) this.#acknowledge('puback', packet.packetId, REASON.notAuthorized, false);
    if (packet.qos === 2) this.#acknowledge('pubrec', packet.packetId, REASON.notAuthorized, false);
  }

  /** @param isNoted the disk must have it first @param judged the same: it must be known who is to have it */
  #acknowledge(kind: AckKind, packetId: number, reasonCode: number, isNoted: boolean, judged?: Promise<void>): void {
    const { level, outbox } = this.#line;
    const bytes = encode({ kind, packetId, reasonCode, properties: NO_PROPERTIES }, level);
    const isReady = !isNoted && judged === undefined;
    if (this.#acks.length === 0 && isReady) {
      outbox.push(bytes);
      return;
    }
    const due: Due = { bytes, isLast: kind !== 'pubrec' || reasonCode >= 0x80, isReady };
    this.#acks.push(due);
    if (due.isLast) this.#unanswered += 1;
    if (due.isReady) return;
    const ready = () => {
      due.isReady = true;
      this.#sendReady();
    };
    const durable = () => (isNoted ? this.#core.keeper.durable(ready) : ready());
    if (judged === undefined) durable();
    else void judged.then(durable);
  }

  #sendReady(): void {
    if (!this.#line.isOpen) return;
    const wasHeld = this.isHeld;
    for (let first = this.#acks[0]; first?.isReady === true; first = this.#acks[0]) {
      this.#acks.shift();
      if (first.isLast) this.#unanswered -= 1;
      this.#line.outbox.push(first.bytes);
    }
    if (wasHeld && !this.isHeld) this.#wake();
  }
}

function withoutAlias({ properties }: Publish): Publish['properties'] {
  if (properties.topicAlias === undefined) return properties;
  const { topicAlias: _, ...others } = properties;
  return others;
}

function levelsOf(topic: string): number {
  let levels = 1;
  for (let at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) levels += 1;
  return levels;
}
