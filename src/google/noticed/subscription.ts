/** Owns the two calls to a subscription of Google's Pub/Sub: messages are fetched, and acknowledged so that they come no more. Keeps nothing. */

import { isObject, type JsonObject } from '../../protocol/envelope.ts';
import { type Answer, granted } from '../answer.ts';
import type { AuthorisedHttp } from '../authorised.ts';

/** As Google sent it; what is in it is not looked at here. */
export interface Delivery {
  readonly ackId: string;
  readonly message: JsonObject;
}

export interface Subscription {
  /** Google waits for a message and answers with none after a while. What was delivered comes again until it is acknowledged. */
  pull(credentialId: string, name: string, signal: AbortSignal): Promise<Answer<Delivery[]>>;
  acknowledge(credentialId: string, name: string, ackIds: readonly string[]): Promise<Answer<unknown>>;
}

/** What was told and could not be acknowledged comes again, perhaps to another bridge: a camera must still know it then (`core/cameras/state.ts`). */
const MOST_MESSAGES = 32;
/** Google holds a pull for at most a minute and a half. */
const PULL_TIMEOUT_MS = 100_000;

/** @param url with the version, without a slash at the end */
export function createSubscription(ask: AuthorisedHttp, url: string): Subscription {
  return {
    async pull(credentialId, name, signal) {
      const body = { maxMessages: MOST_MESSAGES };
      const how = { method: 'POST', url: `${url}/${name}:pull`, timeoutMs: PULL_TIMEOUT_MS } as const;
      const answer = await ask({ credentialId, request: { ...how, body, signal } });
      if (answer.ok) return granted(deliveriesIn(answer.value));
      // Nothing came: another way to say so.
      return answer.failure.code === 'DEADLINE_EXCEEDED' ? granted([]) : answer;
    },
    acknowledge: (credentialId, name, ackIds) =>
      ask({ credentialId, request: { method: 'POST', url: `${url}/${name}:acknowledge`, body: { ackIds } } }),
  };
}

/** The key is absent when there are none. */
function deliveriesIn({ receivedMessages = [] }: JsonObject): Delivery[] {
  if (!Array.isArray(receivedMessages)) return [];
  return receivedMessages.flatMap((received: unknown) => {
    const { ackId, message = {} } = isObject(received) ? received : {};
    return typeof ackId === 'string' ? [{ ackId, message: isObject(message) ? message : {} }] : [];
  });
}
