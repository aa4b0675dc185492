/** Owns the request API over MQTT: bytes on `<base>/requests` to an answer on the topics the contract names (2.3, 3.1). */

import type { InboundMessage, Log, MqttLink } from '../../core/ports.ts';
import { envelopeErrorBody, errorBody, toApiError } from '../../core/requests/error-body.ts';
import type { RequestLimits } from '../../core/requests/limits.ts';
import type { Registry } from '../../core/requests/registry.ts';
import { ApiError, type ErrorBody } from '../../protocol/api-error.ts';
import { decode, type Envelope, parseEnvelope, readableRequestId } from '../../protocol/envelope.ts';
import { isPortableTopicName } from '../../protocol/topic-match.ts';
import type { Topics } from '../../protocol/topics.ts';
import { createRecentRequests } from './recent-requests.ts';

interface Parts {
  readonly link: MqttLink;
  readonly topics: Topics;
  readonly registry: Registry;
  readonly limits: RequestLimits;
  readonly log: Log;
}

export interface MqttTransport {
  /** Takes no further requests and resolves when those in flight are answered. */
  drain(): Promise<void>;
}

export function serveMqtt({ link, topics, registry, limits, log }: Parts): MqttTransport {
  const recent = createRecentRequests();
  const inFlight = new Set<Promise<void>>();

  async function handle(message: InboundMessage): Promise<void> {
    if (message.retained) return fail(envelopeErrorBody(new ApiError('retained_request'), undefined, undefined));
    const request = await parse(message);
    if (!request || recent.isRepeat(request.requestId, message)) return;
    let leave: () => void;
    try {
      leave = limits.enter(message.sender?.account ?? 'unknown');
    } catch (refused) {
      return answer(message, request, errorBody(toApiError(refused), request));
    }
    try {
      const address = message.sender?.address;
      const outcome = await registry.execute(request, {
        transport: 'mqtt',
        ...(address === undefined ? {} : { address }),
      });
      await answer(message, request, outcome.ok ? outcome.value : outcome.body);
    } finally {
      leave();
    }
  }

  /** Undefined when it is no request; that has been reported by then (N-04). */
  async function parse(message: InboundMessage): Promise<Envelope | undefined> {
    let value: unknown;
    try {
      value = decode(message.payload);
      return parseEnvelope(value);
    } catch (thrown) {
      const requestId = readableRequestId(value);
      const body = envelopeErrorBody(toApiError(thrown), value, requestId);
      await fail(body);
      if (requestId !== undefined) await send(topics.response(requestId), body, message.correlationData);
      return undefined;
    }
  }

  async function answer(message: InboundMessage, { requestId }: Envelope, body: unknown): Promise<void> {
    const own = topics.response(requestId);
    await send(own, body, message.correlationData);
    const { responseTopic } = message;
    if (responseTopic !== undefined && responseTopic !== own && mayAnswerOn(responseTopic, message)) {
      await send(responseTopic, body, message.correlationData);
    }
  }

  /** N-08: nobody gets an answer sent where they could not have asked for it. */
  function mayAnswerOn(topic: string, { sender }: InboundMessage): boolean {
    if (!isPortableTopicName(topic)) return false;
    return sender ? sender.maySubscribe(topic) : topic.startsWith(topics.responsePrefix);
  }

  function fail(body: ErrorBody): Promise<void> {
    return send(topics.failures, body, undefined);
  }

  /** A module without a result is answered by an empty message (N-01). */
  async function send(topic: string, body: unknown, correlationData: Uint8Array | undefined): Promise<void> {
    const payload = body === undefined ? '' : JSON.stringify(body);
    await link.publish({ topic, payload, ...(correlationData ? { correlationData } : {}) });
  }

  link.onRequest((message) => {
    const done = handle(message)
      .catch((error: unknown) => log.error({ err: error }, 'a request could not be answered'))
      .finally(() => inFlight.delete(done));
    inFlight.add(done);
  });

  return {
    async drain() {
      await link.stopRequests();
      await Promise.all(inFlight);
    },
  };
}
