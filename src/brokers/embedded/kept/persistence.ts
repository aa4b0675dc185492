/** Owns what aedes asks of its storage, answered from memory kept apart by account; it decides no right. */

import { Readable } from 'node:stream';
import type { AedesPublishPacket, Client } from 'aedes';
import type { Subscriber } from './filter-index.ts';
import type { QueuedPacket } from './outgoing-queue.ts';
import type { RetainedMessages } from './retained-messages.ts';
import type { GrantedFilter, KeptSessions } from './sessions.ts';
import { type Settled, settled } from './settled.ts';

type WithId = Pick<Client, 'id'>;
type WithMessageId = { readonly messageId?: number };

/** The methods that aedes 2.0.0-beta.1 calls, under its names. */
export class TenantPersistence {
  readonly #sessions: KeptSessions;
  readonly #retained: RetainedMessages<AedesPublishPacket>;

  constructor(sessions: KeptSessions, retained: RetainedMessages<AedesPublishPacket>) {
    this.#sessions = sessions;
    this.#retained = retained;
  }

  async setup(): Promise<void> {}

  storeRetained(packet: AedesPublishPacket): Settled<void> {
    this.#retained.store({ ...packet });
    return settled(undefined);
  }

  createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(this.#retained.select(filters));
  }

  /** Does nothing: aedes hands over every filter of a packet, refused ones included. Who grants a filter keeps it. */
  async addSubscriptions(): Promise<void> {}

  async removeSubscriptions({ id }: WithId, filters: readonly string[]): Promise<void> {
    this.#sessions.revoke(id, filters);
  }

  async subscriptionsByClient({ id }: WithId): Promise<GrantedFilter[]> {
    return this.#sessions.filtersOf(id);
  }

  subscriptionsByTopic(topic: string): Settled<Subscriber[]> {
    return settled(this.#sessions.subscribersOf(topic));
  }

  /** Also forgets which QoS 2 ids were in use, so that a fresh session may use them again. */
  async cleanSubscriptions({ id }: WithId): Promise<void> {
    this.#sessions.clear(id);
  }

  /** A message is queued at no higher QoS than its reader was granted (MQTT 5.0, 3.8.4). */
  outgoingEnqueueCombi(subscribers: readonly Subscriber[], packet: AedesPublishPacket): Settled<void> {
    for (const { clientId, qos } of subscribers) {
      this.#sessions.queueOf(clientId)?.push({ ...packet, qos: Math.min(packet.qos, qos) });
    }
    return settled(undefined);
  }

  async outgoingUpdate({ id }: WithId, packet: QueuedPacket): Promise<void> {
    this.#sessions.queueOf(id)?.sent(packet);
  }

  async outgoingClearMessageId({ id }: WithId, packet: QueuedPacket): Promise<QueuedPacket | undefined> {
    return this.#sessions.queueOf(id)?.clear(packet);
  }

  outgoingStream({ id }: WithId): Readable {
    return Readable.from(this.#sessions.queueOf(id)?.replay() ?? []);
  }

  /** Only the id is kept: the message itself is on its way already. */
  async incomingStorePacket({ id }: WithId, { messageId = 0 }: WithMessageId): Promise<void> {
    this.#sessions.incomingOf(id)?.set(messageId, true);
  }

  async incomingGetPacket({ id }: WithId, packet: WithMessageId): Promise<WithMessageId> {
    if (this.#sessions.incomingOf(id)?.get(packet.messageId ?? 0) !== true) throw new Error('no such packet');
    return packet;
  }

  async incomingDelPacket({ id }: WithId, { messageId = 0 }: WithMessageId): Promise<void> {
    this.#sessions.incomingOf(id)?.delete(messageId);
  }

  /** Wills are kept for other brokers of a cluster, to be published when one of them dies. We are alone. */
  async putWill(): Promise<void> {}

  async delWill(): Promise<void> {}

  streamWill(): Readable {
    return Readable.from([]);
  }
}
