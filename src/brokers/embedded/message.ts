/** Owns one message on its way from its publisher to its readers, written once for all who get it in the same form. */

import type { Level, MessageProperties, PublishProperties, QoS } from './packets/packet.ts';
import { encodePublishParts, type PublishParts } from './packets/publish.ts';
import type { ShareChoice } from './routes/share-choice.ts';

/** What is kept of a message besides its bytes: what a queue costs is charged with it. */
const OVERHEAD_BYTES = 200;
/** Two strings and the pair that they are: many short ones take more than what is in them. */
const USER_PROPERTY_BYTES = 80;

export interface MessageFacts {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: QoS;
  readonly retain: boolean;
  /** Sent again: whoever acts on it may have done so before. */
  readonly dup?: boolean;
  readonly properties: MessageProperties;
  /** Key of the account it comes from; empty for the broker's own and the service's. */
  readonly account: string;
  /** Which session published it: it may not want its own messages (MQTT 5.0, 3.8.3.1). */
  readonly session?: object | undefined;
  /** Only connections of this account may have it, and it is kept for nobody (N-08a). */
  readonly onlyFor?: string | undefined;
  /** Milliseconds since 1970, from the publisher's expiry interval. */
  readonly expiresAtMs?: number | undefined;
  /** Sessions that get it from their queue, by account and client id: the broker that it comes from has put it there. */
  readonly queuedFor?: ReadonlySet<string> | undefined;
  /** Of one that is carried to other brokers: told of no other, but of the same when it is said again. */
  readonly id?: string | undefined;
  /** All others have it: it comes for kept sessions alone, which have it once in their queues. */
  readonly isForQueues?: boolean;
  /** At which brokers groups of shared subscriptions get it; absent: at this one. */
  readonly choice?: ShareChoice | undefined;
}

export class Message implements MessageFacts {
  readonly topic: string;
  payload: Buffer;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly dup: boolean;
  properties: MessageProperties;
  readonly account: string;
  readonly session: object | undefined;
  readonly onlyFor: string | undefined;
  readonly expiresAtMs: number | undefined;
  readonly queuedFor: ReadonlySet<string> | undefined;
  choice: ShareChoice | undefined;
  id: string | undefined;
  readonly isForQueues: boolean;
  /** Resolves when all have it who must be owed it, which is not known before: until then it is not acknowledged. Never rejects. */
  judged: Promise<void> | undefined;
  #isKept = false;
  #contentBytes: number | undefined;
  #forms: (PublishParts | undefined)[] | undefined;

  constructor(facts: MessageFacts) {
    this.topic = facts.topic;
    this.payload = facts.payload;
    this.qos = facts.qos;
    this.retain = facts.retain;
    this.dup = facts.dup ?? false;
    this.properties = facts.properties;
    this.account = facts.account;
    this.session = facts.session;
    this.onlyFor = facts.onlyFor;
    this.expiresAtMs = facts.expiresAtMs;
    this.queuedFor = facts.queuedFor;
    this.choice = facts.choice;
    this.id = facts.id;
    this.isForQueues = facts.isForQueues ?? false;
  }

  /** What it takes to keep it in memory. */
  get keptBytes(): number {
    return this.contentBytes + OVERHEAD_BYTES;
  }

  /** What is in it: about what it takes on the wire. */
  get contentBytes(): number {
    this.#contentBytes ??= this.topic.length + this.payload.length + sizeOf(this.properties);
    return this.#contentBytes;
  }

  isExpired(nowMs: number): boolean {
    return this.expiresAtMs !== undefined && this.expiresAtMs <= nowMs;
  }

  /** It stays longer than the bytes that it came with: those are let go. */
  keep(): void {
    if (this.#isKept) return;
    this.#isKept = true;
    this.payload = Buffer.from(this.payload);
    const { correlationData } = this.properties;
    if (correlationData === undefined) return;
    this.properties = { ...this.properties, correlationData: Buffer.from(correlationData) };
  }

  /** Shared by all readers of this version, QoS and retain flag. */
  parts(level: Level, qos: QoS, retain: boolean, nowMs: number): PublishParts {
    // Its expiry interval is what is left of it (MQTT 5.0, 3.3.2-6), which differs from moment to moment.
    if (this.expiresAtMs !== undefined && level === 5) return this.#write(level, qos, retain, this.propertiesAt(nowMs));
    this.#forms ??= [];
    const form = (level === 5 ? 6 : 0) + qos * 2 + (retain ? 1 : 0);
    const known = this.#forms[form];
    if (known !== undefined) return known;
    const written = this.#write(level, qos, retain, this.properties);
    this.#forms[form] = written;
    return written;
  }

  /** For one reader: with an alias, or with the ids of its subscriptions. */
  ownParts(level: Level, qos: QoS, retain: boolean, nowMs: number, own: Own): PublishParts {
    const { topic, ...ofReader } = own;
    return encodePublishParts(
      {
        dup: false,
        qos,
        retain,
        topic: topic ?? this.topic,
        payload: this.payload,
        properties: { ...this.propertiesAt(nowMs), ...ofReader },
      },
      level,
    );
  }

  propertiesAt(nowMs: number): MessageProperties {
    if (this.expiresAtMs === undefined) return this.properties;
    return { ...this.properties, expirySeconds: Math.max(0, Math.ceil((this.expiresAtMs - nowMs) / 1000)) };
  }

  #write(level: Level, qos: QoS, retain: boolean, properties: MessageProperties): PublishParts {
    return encodePublishParts({ dup: false, qos, retain, topic: this.topic, payload: this.payload, properties }, level);
  }
}

/** Of what somebody can make long. */
function sizeOf({ contentType, responseTopic, correlationData, userProperties }: MessageProperties): number {
  let bytes = (contentType?.length ?? 0) + (responseTopic?.length ?? 0) + (correlationData?.length ?? 0);
  if (userProperties === undefined) return bytes;
  for (const [name, value] of userProperties) bytes += name.length + value.length + USER_PROPERTY_BYTES;
  return bytes;
}

type Own = Pick<PublishProperties, 'topicAlias' | 'subscriptionIds'> & { readonly topic?: string };
