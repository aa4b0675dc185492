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
  /** Who asks under which id at the moment, where the broker tells who asks (N-08a). */
  const askers = new Map<string, string>();
  const inFlight = new Set<Promise<void>>();

  async function handle(message: InboundMessage): Promise<void> {
    if (message.retained) return fail(envelopeErrorBody(new ApiError('retained_request'), undefined, undefined));
    const request = await parse(message);
    if (!request || recent.isRepeat(request.requestId, message)) return;
    const { requestId } = request;
    const account = message.sender?.account ?? 'unknown';
    if ((askers.get(requestId) ?? account) !== account) {
      return answer(message, request, errorBody(new ApiError('request_id_in_use'), request));
    }
    let leave: () => void;
    try {
      leave = limits.enter(account);
    } catch (refused) {
      return answer(message, request, errorBody(toApiError(refused), request));
    }
    askers.set(requestId, account);
    try {
      const address = message.sender?.address;
      const outcome = await registry.execute(request, {
        transport: 'mqtt',
        ...(address === undefined ? {} : { address }),
      });
      await answer(message, request, outcome.ok ? outcome.value : outcome.body);
    } finally {
      askers.delete(requestId);
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
      if (requestId !== undefined) await reply(topics.response(requestId), body, message);
      return undefined;
    }
  }

  async function answer(message: InboundMessage, { requestId }: Envelope, body: unknown): Promise<void> {
    const own = topics.response(requestId);
    await reply(own, body, message);
    const { responseTopic } = message;
    if (responseTopic !== undefined && responseTopic !== own && mayAnswerOn(responseTopic, message)) {
      await reply(responseTopic, body, message);
    }
  }

  /** N-08: the service speaks for nobody where they could not speak themselves. */
  function mayAnswerOn(topic: string, { sender }: InboundMessage): boolean {
    if (!isPortableTopicName(topic)) return false;
    return topic.startsWith(topics.responsePrefix) || sender?.mayPublish(topic) === true;
  }

  async function fail(body: ErrorBody): Promise<void> {
    await link.publish({ topic: topics.failures, payload: JSON.stringify(body) });
  }

  /** To whoever asked, and nobody else (N-08a). A module without a result is answered by an empty message (N-01). */
  async function reply(topic: string, body: unknown, { sender, correlationData }: InboundMessage): Promise<void> {
    const payload = body === undefined ? '' : JSON.stringify(body);
    await link.publish({ topic, payload, ...(correlationData && { correlationData }), onlyFor: sender?.account });
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
