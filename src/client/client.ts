/** Owns the client as others use it: one connection, and over it requests, events and retained state. Speaks to us and to upstream. */

import { placeText } from '../connection/mqtt-options.ts';
import { ApiError } from '../protocol/api-error.ts';
import type { Login } from '../protocol/entities/auth.ts';
import { isBaseTopic, topicsOf } from '../protocol/topics.ts';
import { type Endpoint, type FoundBroker, type Target, targetOf, targetOptions } from './address.ts';
import { ClientError } from './client-error.ts';
import { type ConnectionState, createConnection, type StateListener } from './connection.ts';
import { type Clock, type Log, randomHex, realClock, silentLog } from './environment.ts';
import { createEvents, type EventFilter, type EventHandler, type SubscribeOptions } from './events.ts';
import { createRequests, type Request, type RequestOptions } from './requests/requests.ts';
import { createTokenKeeper, type LoginOptions } from './requests/token-keeper.ts';
import {
  type AvailabilityHandler,
  type PictureHandler,
  type StateHandler,
  watchAvailability,
  watchPicture,
  watchStates,
} from './retained-state.ts';
import { createSubscriptions, type Subscription } from './subscriptions.ts';
import { untilConnected } from './until-connected.ts';

export type ClientOptions = (Endpoint | { readonly broker: FoundBroker }) & {
  /** Default `nestmtx`. */
  readonly baseTopic?: string | undefined;
  /** Start of the MQTT client id; random digits follow. Default `nestmtx-client`. */
  readonly clientIdPrefix?: string | undefined;
  readonly log?: Log | undefined;
  readonly clock?: Clock | undefined;
  /** Gives numbers in [0, 1), for the pauses between attempts. */
  readonly random?: (() => number) | undefined;
};

export interface Client {
  readonly clientId: string;
  readonly state: ConnectionState;
  /** Starts connecting, and keeps at it until `close`; returns at once. */
  connect(): void;
  /** Tells each change from now on; the result ends it. */
  onState(listener: StateListener): () => void;
  /** Resolves when connected; rejects with a ClientError that holds the last reason. */
  connected(options?: RequestOptions): Promise<void>;
  /** As `Requests.send`; carries the login's token unless it has its own, and renews it once if it is refused. */
  request(request: Request, options?: RequestOptions): Promise<unknown>;
  /** Requests under way. */
  readonly pending: number;
  login(username: string, password: string, options?: LoginOptions): Promise<Login>;
  /** Revokes the token where the server can, and forgets the login in any case. */
  logout(): Promise<void>;
  events(filter: EventFilter, handler: EventHandler, options?: SubscribeOptions): Subscription;
  states(handler: StateHandler, options?: SubscribeOptions): Subscription;
  /** The last picture that was published of the camera, and each that follows. */
  picture(cameraId: number, handler: PictureHandler, options?: SubscribeOptions): Subscription;
  availability(handler: AvailabilityHandler, options?: SubscribeOptions): Subscription;
  /** Rejects what is pending, then disconnects; takes 2 s at most. */
  close(): Promise<void>;
}

/** @throws ClientError `invalid_options` for an address or a base topic that is none */
export function createClient(options: ClientOptions): Client {
  const { baseTopic = 'nestmtx', clientIdPrefix = 'nestmtx-client', clock = realClock, random = Math.random } = options;
  const log = options.log ?? silentLog;
  if (!isBaseTopic(baseTopic)) {
    throw new ClientError('invalid_options', 'the base topic must have no wildcards and no slash at either end');
  }
  const broker = 'broker' in options ? options.broker : undefined;
  const target = 'broker' in options ? undefined : targetOf(options, options, options.tls);
  const topics = topicsOf(baseTopic);
  const clientId = `${clientIdPrefix}-${randomHex(8)}`;
  const subscriptions = createSubscriptions(log);
  const requests = createRequests({ topics, clientId, clock, log });
  const events = createEvents(baseTopic, subscriptions, log);
  const tokens = createTokenKeeper(requests.send, clock);
  const retained = { topics, subscriptions, log };

  const connection = createConnection({
    options: (version) => targetOptions(targetNow(), clientId, version),
    clock,
    random,
    log,
    onUp: (session) => {
      log.debug({ broker: placeText(targetNow()) }, 'connected to the MQTT broker');
      requests.up(session);
      subscriptions.up(session);
    },
    onDown: (reason) => {
      subscriptions.down();
      requests.down(reason);
    },
    onMessage: (message) => {
      if (!requests.receive(message)) subscriptions.dispatch(message);
    },
  });

  const stopFollowing = broker?.onChange(connection.startOver);

  /** @throws ClientError which the connection takes for a failed attempt */
  function targetNow(): Target {
    const found = target ?? (broker?.current && targetOf(broker.current, broker.current, broker.current.tls));
    if (!found) throw new ClientError('not_connected', 'nobody knows the broker yet');
    return found;
  }

  async function request(wanted: Request, how?: RequestOptions): Promise<unknown> {
    const isLogin = wanted.module === 'auth' && wanted.command === 'create';
    // A login that carries a token is refused (contract 2.7).
    if (isLogin || wanted.token !== undefined) return requests.send(wanted, how);
    const token = await tokens.current();
    try {
      return await requests.send({ ...wanted, token }, how);
    } catch (error) {
      if (token === undefined || !(error instanceof ApiError) || error.code !== 'unauthorized') throw error;
      const fresh = await tokens.replace(token);
      if (fresh === undefined) throw error;
      return requests.send({ ...wanted, token: fresh }, how);
    }
  }

  async function logout(): Promise<void> {
    const token = tokens.forget();
    if (token === undefined) return;
    try {
      await requests.send({ command: 'delete', module: 'auth', entity: 'current', token });
    } catch (error) {
      // Upstream cannot log out, and a token that is refused is gone already.
      if (!(error instanceof ApiError)) throw error;
      log.debug({ err: error }, 'the token could not be revoked');
    }
  }

  return {
    clientId,
    get state() {
      return connection.state;
    },
    get pending() {
      return requests.pending;
    },
    connect: connection.open,
    onState: connection.onState,
    connected: (how) => untilConnected(connection, clock, how),
    request,
    login: tokens.login,
    logout,
    events: events.watch,
    states: (handler, how) => watchStates(retained, handler, how),
    picture: (cameraId, handler, how) => watchPicture(retained, cameraId, handler, how),
    availability: (handler, how) => watchAvailability(retained, handler, how),
    close: async () => {
      stopFollowing?.();
      tokens.forget();
      requests.close();
      subscriptions.close();
      await connection.close();
    },
  };
}
