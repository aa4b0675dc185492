/**
 * Owns the Pub/Sub of the stand-in for Google: one subscription, delivered at least once and in no order. A pull is held until there is
 * something; what is not acknowledged in time is delivered again. It keeps what a client did that no client may do.
 */

import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../../src/protocol/envelope.ts';

export const SUBSCRIPTION = 'projects/house-1234/subscriptions/nest';
export const PUBSUB_SCOPE = 'https://www.googleapis.com/auth/pubsub';

/** A status with Google's word for it, or a body. */
type PubSubAnswer = { readonly status: number; readonly word: string } | { readonly body: JsonObject };

export interface GooglePubSub {
  /** @param scope of the token that it was asked with @param gone when whoever asked has left */
  answer(path: string, scope: string, sent: JsonObject, gone: AbortSignal): Promise<PubSubAnswer>;
  /** In one batch, if nobody fetches one before the others are there. */
  publish(...events: readonly JsonObject[]): void;
  /** The time to acknowledge is over for everything. */
  expireLeases(): void;
  /** Answers who waits that nothing came. */
  release(): void;
  /** How many pulls are held. */
  readonly held: number;
  /** What was published and not yet acknowledged. */
  readonly outstanding: number;
}

interface Kept {
  readonly message: JsonObject;
  ackId: string | undefined;
}

/** @param faults gets what no client may do */
export function googlePubSub(now: () => number, faults: string[]): GooglePubSub {
  const messages = new Set<Kept>();
  const delivered = new Set<string>();
  const waiting = new Set<() => void>();

  async function pull({ maxMessages, ...rest }: JsonObject, gone: AbortSignal): Promise<PubSubAnswer> {
    if (Object.keys(rest).length > 0) faults.push(`a pull with ${Object.keys(rest).join(', ')}`);
    if (!Number.isInteger(maxMessages) || Number(maxMessages) < 1) return { status: 400, word: 'INVALID_ARGUMENT' };
    if (free().length === 0) await something(gone);
    if (gone.aborted) return { body: {} };
    const receivedMessages = free()
      .slice(0, Number(maxMessages))
      .map((kept) => {
        kept.ackId = randomUUID();
        delivered.add(kept.ackId);
        return { ackId: kept.ackId, message: kept.message };
      });
    // As Google does: no key where there is nothing.
    return { body: receivedMessages.length > 0 ? { receivedMessages } : {} };
  }

  function something(gone: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      waiting.add(resolve);
      gone.addEventListener('abort', () => {
        waiting.delete(resolve);
        resolve();
      });
    });
  }

  function acknowledge({ ackIds }: JsonObject): PubSubAnswer {
    if (!Array.isArray(ackIds) || ackIds.length === 0) return { status: 400, word: 'INVALID_ARGUMENT' };
    if (ackIds.some((id) => !delivered.has(String(id)))) faults.push('what was never delivered was acknowledged');
    for (const kept of messages) if (kept.ackId !== undefined && ackIds.includes(kept.ackId)) messages.delete(kept);
    return { body: {} };
  }

  const free = () => [...messages].filter(({ ackId }) => ackId === undefined);

  function release(): void {
    for (const resolve of waiting) resolve();
    waiting.clear();
  }

  return {
    async answer(path, scope, sent, gone) {
      if (!scope.split(' ').includes(PUBSUB_SCOPE)) return { status: 403, word: 'PERMISSION_DENIED' };
      if (path === `/v1/${SUBSCRIPTION}:pull`) return pull(sent, gone);
      if (path === `/v1/${SUBSCRIPTION}:acknowledge`) return acknowledge(sent);
      return { status: 404, word: 'NOT_FOUND' };
    },
    publish(...events) {
      for (const event of events) {
        const data = Buffer.from(JSON.stringify(event)).toString('base64');
        const message = { data, messageId: randomUUID(), publishTime: new Date(now()).toISOString() };
        messages.add({ message, ackId: undefined });
      }
      release();
    },
    expireLeases() {
      for (const kept of messages) kept.ackId = undefined;
      release();
    },
    release,
    get held() {
      return waiting.size;
    },
    get outstanding() {
      return messages.size;
    },
  };
}

/** A message as Google sends it of a device. @param id of what was noticed: the same one may be told again */
export function noticedMessage(device: string, trait: string, id: string, atIso: string): JsonObject {
  const event = { eventSessionId: `session of ${id}`, eventId: id };
  return {
    eventId: randomUUID(),
    timestamp: atIso,
    resourceUpdate: { name: device, events: { [`sdm.devices.events.${trait}`]: event } },
    userId: 'AVPHwEuBfnPOnTqzVFT4IONX2Qqhu9EJ4ubO-bNnQ',
    eventThreadId: `thread of ${id}`,
    eventThreadState: 'STARTED',
    resourceGroup: [device],
  };
}
