/** Owns our seat at a broker of someone else: connects in the background for ever, and never fails because the broker is away. */

import { type ProtocolVersion, placeText } from '../../connection/mqtt-options.ts';
import type { Clock, InboundMessage, Log, MqttLink, OutboundMessage } from '../../core/ports.ts';
import { matches } from '../../protocol/topic-match.ts';
import type { Topics } from '../../protocol/topics.ts';
import { clientOptions } from '../link/address.ts';
import { type Ending, reasonCodeOf } from '../link/connection.ts';
import { outageLog } from '../link/outage-log.ts';
import { keepConnected } from '../link/reconnection.ts';
import { openSession, type Session } from '../link/session.ts';
import { assertSendable } from '../sendable.ts';
import type { BrokerSource } from './broker-source.ts';
import { watchNeighbours } from './neighbours.ts';

export interface ExternalBroker {
  readonly broker: BrokerSource;
  readonly topics: Topics;
  /** Unique per installation: the broker throws out whoever had the same id before. */
  readonly clientId: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly random?: () => number;
  /**
   * False where another server answers the requests (N-10). Availability is that server's then: whoever watches it says
   * `online`, and only `offline` is said here.
   */
  readonly listens?: boolean;
}

/** How long `close` waits for a broker that is gone. */
const FAREWELL_MS = 1500;

const NOT_FOUND_YET: Ending = {
  reason: 'nobody knows the broker yet',
  code: undefined,
  accepted: false,
  hungUp: false,
};

/** Returns at once, whether or not the broker is there; `up` and `onUp` tell when it is. */
export function connectExternalBroker(options: ExternalBroker): MqttLink {
  const { broker, topics, clientId, clock, listens = true } = options;
  const outages = outageLog(() => log);
  const requestHandlers = new Set<(message: InboundMessage) => void>();
  const listeners = new Set<{ readonly filter: string; readonly handler: (message: InboundMessage) => void }>();
  const beforeUpHandlers = new Set<() => Promise<unknown>>();
  const upHandlers = new Set<() => void>();
  let log = options.log;
  let session: Session | undefined;
  let up = false;
  /** What is listened for from now on must be subscribed to by itself. */
  let isHearing = false;
  let listening = listens;
  let leaving = false;
  let left: Promise<void> | undefined;
  let isRefused = false;
  const neighbours = watchNeighbours({
    clock,
    log: () => log,
    sayOnline: () =>
      void publish(availability('online')).catch((error) => log.debug({ error }, 'could not say online')),
  });
  const connection = keepConnected({
    clock,
    random: options.random ?? Math.random,
    connectOnce,
    onDown: (ending) => {
      // Whoever finds the broker says so itself.
      if (ending !== NOT_FOUND_YET) outages.down(ending);
      isRefused = ending.code !== undefined && !ending.accepted;
    },
  });
  const stopFollowing = broker.onChange(() => {
    connection.startOver();
    session?.drop(new Error('the broker has moved, or wants another login'));
  });

  async function connectOnce(version: ProtocolVersion): Promise<Ending> {
    const address = broker.current;
    if (address === undefined) return NOT_FOUND_YET;
    log = options.log.child({ broker: placeText(address) });
    try {
      // Loaded here, so that who uses the embedded broker does not pay for it.
      const { connect } = await import('mqtt');
      session = openSession(connect, clientOptions(address, clientId, topics, version), receive);
      // Either may have happened meanwhile.
      if (leaving || broker.current !== address) session.drop(new Error('closing'));
      if (await session.accepted) await announce(session, version);
      return await session.ended;
    } catch (error) {
      // Options that cannot be used, such as a certificate that is none, or a handler of ours that threw.
      session?.drop(errorOf(error));
      return { reason: errorOf(error).message, code: undefined, accepted: false, hungUp: false };
    } finally {
      up = false;
      isHearing = false;
      session = undefined;
    }
  }

  async function announce(current: Session, version: ProtocolVersion): Promise<void> {
    try {
      // In this order, so that whoever reads `online` is heard.
      if (listening) await current.subscribe(topics.requests);
      // MQTT 5 spares us our own words.
      neighbours.begin(version !== 5);
      if (listens) await hear(current, topics.availability, { asPublished: false });
      for (const { filter } of listeners) await hear(current, filter);
      isHearing = true;
      await Promise.all([...beforeUpHandlers].map((handler) => handler()));
      if (listens) neighbours.said();
      up = !listens || (await current.publish(availability('online')));
    } catch (refusal) {
      return current.drop(errorOf(refusal));
    }
    if (!up || leaving) return;
    outages.up(version);
    for (const handler of upHandlers) handler();
  }

  function receive(message: InboundMessage): void {
    if (message.topic === topics.requests) {
      if (listening) for (const handler of requestHandlers) handler(message);
      return;
    }
    if (listens && message.topic === topics.availability) neighbours.hear(message);
    for (const { filter, handler } of listeners) if (matches(filter, message.topic)) handler(message);
  }

  /** The API goes on where the account may not read this. */
  async function hear(
    current: Session,
    filter: string,
    options: { readonly asPublished?: boolean } = {},
  ): Promise<void> {
    try {
      await current.subscribe(filter, options);
    } catch (refusal) {
      if (reasonCodeOf(refusal) === undefined) throw refusal;
      log.warn({ filter, reason: errorOf(refusal).message }, 'the MQTT broker does not let us listen');
    }
  }

  function availability(payload: 'online' | 'offline'): OutboundMessage {
    return { topic: topics.availability, payload, retain: true, qos: 1 };
  }

  async function publish(message: OutboundMessage): Promise<boolean> {
    const { topic } = message;
    assertSendable(message);
    try {
      const sent = !leaving && session !== undefined && (await session.publish(message));
      if (!sent) log.debug({ topic }, 'message dropped, the MQTT broker does not take it');
      return sent;
    } catch (error) {
      if (reasonCodeOf(error) === undefined) throw error;
      // The account lacks a right there: for whoever set it up, nothing that a caller could cure.
      log.warn({ topic, reason: errorOf(error).message }, 'the MQTT broker refuses a message');
      return true;
    }
  }

  async function leave(): Promise<void> {
    leaving = true;
    stopFollowing();
    const stopped = connection.stop();
    if (session && up) await farewell(session);
    else session?.drop(new Error('closing'));
    await stopped;
  }

  async function farewell(current: Session): Promise<void> {
    const cancel = clock.after(FAREWELL_MS, () => current.drop(new Error('no answer')));
    await current.publish(availability('offline')).catch((error) => log.debug({ error }, 'could not say offline'));
    current.leave();
    await current.ended;
    cancel();
  }

  return {
    publish,
    onRequest: (handler) => addTo(requestHandlers, handler),
    listen: (filter, handler) => {
      const stop = addTo(listeners, { filter, handler });
      if (session && isHearing)
        hear(session, filter).catch((error) => log.debug({ error, filter }, 'the connection ended first'));
      return stop;
    },
    beforeUp: (handler) => addTo(beforeUpHandlers, handler),
    onUp: (handler) => {
      const stop = addTo(upHandlers, handler);
      if (up) handler();
      return stop;
    },
    get up() {
      return up;
    },
    get trouble() {
      if (neighbours.isShared && up) return 'shared';
      return isRefused && !up ? 'refused' : undefined;
    },
    stopRequests: async () => {
      listening = false;
      session?.unsubscribe(topics.requests);
    },
    close: () => {
      left ??= leave();
      return left;
    },
  };
}

function addTo<T>(all: Set<T>, one: T): () => void {
  all.add(one);
  return () => void all.delete(one);
}

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
