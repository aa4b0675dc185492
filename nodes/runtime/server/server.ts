/** Owns the one connection that all nodes of a server share: it is opened for the first of them and closed after the last. */

import { type Client, type ClientOptions, createClient } from '../../../src/client/client.ts';
import { ClientError } from '../../../src/client/client-error.ts';
import type { ConnectionState } from '../../../src/client/connection.ts';
import { type Clock, type Log, realClock } from '../../../src/client/environment.ts';
import type { EndingCause } from '../../../src/client/reasons/ending.ts';
import type { Request, RequestOptions } from '../../../src/client/requests/requests.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { type NodeError, nodeErrorOf } from '../node-error.ts';
import { type CameraNames, createCameraNames } from './camera-names.ts';
import { createLogin, type Login, type LoginState, type LoginWay } from './login.ts';
import { allPages } from './pages.ts';
import { createPresenceWatch, type Presence, type PresenceWatch } from './presence.ts';

export interface ServerStatus {
  readonly connection: ConnectionState;
  /** Why there is no connection; undefined before the first attempt has failed, and while there is one. */
  readonly trouble: Trouble | undefined;
  readonly login: LoginState;
  /** Undefined unless the login failed. */
  readonly loginError: NodeError | undefined;
  readonly presence: Presence;
}

export interface Trouble {
  readonly cause: EndingCause;
  readonly reason: string;
}

/** What one node has of the connection, from its construction to its close. */
interface Lease {
  readonly client: Client;
  readonly status: ServerStatus;
  readonly names: CameraNames;
  /** Whether requests have an account to be made with. */
  readonly hasLogin: boolean;
  /** An event or a state came: somebody is there. */
  heard(): void;
  /**
   * Logged in if need be, and within the time limit as a whole.
   * @throws ApiError what the server refused · ClientError `not_connected` with the reason, `timeout`, `aborted`, `closed`
   */
  request(request: Request, options?: RequestOptions): Promise<unknown>;
  /** Ends the connection if it was the last lease: at once, or when this deploy has ended without a new one. */
  release(when: 'now' | 'after deploy'): Promise<void>;
}

export interface Server {
  readonly baseTopic: string;
  /** @param onStatus told of each change from now on */
  use(onStatus?: (status: ServerStatus) => void): Lease;
  close(): Promise<void>;
}

export interface ServerSetup {
  readonly options: ClientOptions;
  readonly way: LoginWay;
  readonly log: Log;
  readonly clock?: Clock;
  /** For the addresses of streams, where the server leaves the host open as upstream does. */
  readonly publicHost?: string | undefined;
  /** Calls back once when the deploy that is under way has ended; the result cancels. */
  readonly afterDeploy: (callback: () => void) => () => void;
}

interface Link {
  readonly client: Client;
  readonly login: Login;
  readonly names: CameraNames;
  readonly presence: PresenceWatch;
  readonly baseTopic: string;
  trouble: Trouble | undefined;
  loginError: NodeError | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** Messages wait for it. */
const NAMES_LIMIT: RequestOptions = { timeoutMs: 3000 };

export function createServer(setup: ServerSetup): Server {
  const { options, way, log, clock = realClock, publicHost, afterDeploy } = setup;
  const { baseTopic = 'nestmtx' } = options;
  const listeners = new Set<(status: ServerStatus) => void>();
  const leases = new Set<Lease>();
  let current: Link | undefined;
  let cancelCheck = (): void => undefined;

  function statusOf({ client, trouble, login, loginError, presence }: Link): ServerStatus {
    return { connection: client.state, trouble, login: login.state, loginError, presence: presence.state };
  }

  function tell(link: Link): void {
    // What an earlier client has to say late is no news of this one.
    if (link === current) for (const listener of [...listeners]) listener(statusOf(link));
  }

  function open(): Link {
    const client = createClient({ clientIdPrefix: 'nestmtx-node-red', log, clock, ...options });
    let hasFailed = false;
    const onLogin = (state: LoginState, error?: unknown) => {
      link.loginError = state === 'failed' ? nodeErrorOf(error) : undefined;
      // What was refused to those who asked before may be told now.
      if (state === 'done' && hasFailed) names.forget();
      hasFailed = state === 'failed';
      if (link.loginError) log.warn({}, `the login failed: ${link.loginError.message}`);
      tell(link);
    };
    const login = createLogin({ client, way, clock, onChange: onLogin });
    const logIn = () => login.ensure(DEFAULT_TIMEOUT_MS).catch((error) => log.debug({ err: error }, 'no login yet'));
    // The login asks already; where there is none, whatever is answered to this says that somebody is there.
    const askAnything = () => send(link, { command: 'list', module: 'version' }, NAMES_LIMIT);
    const ask = () => void (way.kind === 'password' ? logIn() : askAnything().catch(() => undefined));
    const onPresence = (state: Presence) => {
      if (state === 'nobody') log.warn({}, nobodyWords(baseTopic));
      if (state === 'online') void logIn();
      tell(link);
    };
    const presence = createPresenceWatch({ client, ask, clock, onChange: onPresence });
    const list = () => allPages((payload) => send(link, { command: 'list', module: 'cameras', payload }, NAMES_LIMIT));
    const names = createCameraNames({ client, list: way.kind === 'none' ? undefined : list, log });
    const link: Link = { client, login, names, presence, baseTopic, trouble: undefined, loginError: undefined };
    client.onState((state, reason, cause) => {
      // Before anybody is told of the new state.
      if (reason !== undefined && cause !== undefined) {
        if (reason !== link.trouble?.reason) log.warn({}, `not connected to the broker: ${reason}`);
        link.trouble = { cause, reason };
      }
      if (state === 'connected') {
        link.trouble = undefined;
        presence.up();
        void logIn();
      } else {
        names.forget();
        presence.down();
      }
      tell(link);
    });
    client.connect();
    return link;
  }

  async function shut(): Promise<void> {
    const link = current;
    current = undefined;
    link?.login.close();
    link?.names.close();
    link?.presence.close();
    await link?.client.close();
  }

  return {
    baseTopic,
    use: (onStatus) => {
      current ??= open();
      const link = current;
      const lease: Lease = {
        client: link.client,
        names: link.names,
        hasLogin: way.kind !== 'none',
        heard: link.presence.heard,
        get status() {
          return statusOf(link);
        },
        request: async (request, how) => withHost(await send(link, request, how), publicHost),
        release: async (when) => {
          if (onStatus) listeners.delete(onStatus);
          if (!leases.delete(lease) || leases.size > 0 || current !== link) return;
          if (when === 'now') return shut();
          cancelCheck();
          cancelCheck = afterDeploy(() => {
            if (leases.size === 0) shut().catch((error) => log.error({ err: error }, 'the connection did not close'));
          });
        },
      };
      leases.add(lease);
      if (onStatus) listeners.add(onStatus);
      return lease;
    },
    close: () => {
      cancelCheck();
      return shut();
    },
  };
}

async function send(link: Link, request: Request, how: RequestOptions = {}): Promise<unknown> {
  const { client, login, presence, trouble, baseTopic } = link;
  if (client.state !== 'connected' && client.state !== 'closed') {
    throw new ClientError('not_connected', `not connected to the broker${trouble ? `: ${trouble.reason}` : ''}`);
  }
  try {
    await login.ensure(how.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const answer = await client.request({ ...request, token: request.token ?? login.token }, how);
    presence.heard();
    login.judge();
    return answer;
  } catch (error) {
    if (error instanceof ApiError) presence.heard();
    login.judge(error);
    const isAlone = presence.state === 'nobody' && error instanceof ClientError && error.code === 'timeout';
    throw isAlone ? new ClientError('timeout', nobodyWords(baseTopic), error) : error;
  }
}

function nobodyWords(baseTopic: string): string {
  return `nobody answers below the base topic “${baseTopic}”: is it the one of the server (MQTT_BASE_TOPIC)?`;
}

/** What upstream sends in place of a host (contract 2.7): its web page puts the browser's there. */
const HOST_PLACEHOLDER = '<window.location.origin>';

function withHost(answer: unknown, host: string | undefined): unknown {
  const text = host === undefined ? undefined : JSON.stringify(answer);
  if (host === undefined || !text?.includes(HOST_PLACEHOLDER)) return answer;
  return JSON.parse(text.replaceAll(HOST_PLACEHOLDER, host));
}
