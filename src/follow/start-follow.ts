/** Owns follow mode as a whole: a NestMTX on the broker answers, and we mirror, watch and forward. We never answer a request (N-10). */

import type { FoundBroker } from '../client/address.ts';
import { createClient } from '../client/client.ts';
import type { Sessions } from '../core/accounts/sessions.ts';
import type { Bus } from '../core/bus.ts';
import type { Cameras } from '../core/cameras/cameras.ts';
import { CAMERAS } from '../core/cameras/records.ts';
import type { Clock, Log, MqttLink, Secrets } from '../core/ports.ts';
import type { Module, Registry } from '../core/requests/registry.ts';
import type { Store } from '../core/store.ts';
import type { Topics } from '../protocol/topics.ts';
import { createAdmission } from './admission.ts';
import { createCameraMirror, LOGIN_REFUSED } from './cameras/mirror.ts';
import { createCameraUpdates } from './cameras/updates.ts';
import { createEventFeed } from './event-feed.ts';
import { every } from './every.ts';
import { createForwarding } from './forwarding.ts';
import { keepToken } from './kept-token.ts';
import { watchPresence } from './presence.ts';
import { createUpstreamLogin, type UpstreamUser } from './upstream-login.ts';

interface Parts {
  readonly broker: FoundBroker;
  /** Absent: cameras cannot be read. */
  readonly user: UpstreamUser | undefined;
  readonly publicHost: { readonly configured: string | undefined; readonly fallback: string };
  readonly topics: Topics;
  /** Listens to no requests. */
  readonly link: MqttLink;
  /** All that we would serve ourselves: they describe what is forwarded, and a few are still ours. */
  readonly modules: readonly Module[];
  readonly sessions: Sessions;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly cameras: Cameras;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Following {
  readonly registry: Registry;
  /** Knows the operator and nobody else: whoever logged in did so at NestMTX. */
  readonly sessions: Pick<Sessions, 'find'>;
  /** Whether a token is good; undefined while nobody can tell. */
  accepts(token: string): Promise<boolean | undefined>;
  /** Whether NestMTX is there. */
  readonly isAnswering: boolean;
  /** Whether it is there and takes the configured user: else nobody tells of its cameras. */
  readonly isReadable: boolean;
  close(): Promise<void>;
}

const POLL_MS = 60_000;
const UNREACHABLE = 'nestmtx-unreachable';

/** Returns at once, whether or not NestMTX is there. */
export function startFollow({ broker, user, publicHost, ...parts }: Parts): Following {
  const { topics, link, sessions, store, secrets, cameras, clock, log } = parts;
  const client = createClient({ broker, baseTopic: topics.base, clientIdPrefix: 'nestmtx-follow', clock, log });
  const kept = user && keepToken(store, secrets, user.username, log);
  const login = createUpstreamLogin({ client, user, kept, clock });
  const mirror = createCameraMirror({ ...parts, login });
  const presence = watchPresence({
    client,
    link,
    topics,
    clock,
    log,
    onReturn: () => void restore(),
    onGone: () => {
      void cameras.cover(UNREACHABLE);
      tellSource(false);
    },
  });
  const feed = createEventFeed({ ...parts, mirror });
  const events = client.events({}, (event) => {
    presence.notice();
    feed(event);
  });
  let isUntold = false;
  const endPolls = every(clock, POLL_MS, () => {
    if (presence.isAnswering) void refresh();
    else if (isUntold) tellSource(false);
  });
  const admits = createAdmission(client, clock);
  const isOperator = (token: string) => sessions.find(token)?.user.id === '0';

  async function restore(): Promise<void> {
    await mirror.catchUp();
    if (!presence.isAnswering) return;
    await cameras.cover(null);
    tellSource(true);
  }

  async function refresh(): Promise<void> {
    await mirror.read();
    if (presence.isAnswering) tellSource(true);
  }

  /** Without our login its cameras are as much out of sight as without itself. */
  function tellSource(isAnswering: boolean): void {
    const isRefused = isAnswering && user !== undefined && mirror.isRefused;
    const count = [...store.collection(CAMERAS).values()].length;
    const reason = isRefused ? LOGIN_REFUSED : UNREACHABLE;
    isUntold = false;
    cameras
      .sourceChanged({ source: 'nestmtx', isThere: isAnswering && !isRefused, reason, cameras: count })
      .catch((error: unknown) => {
        log.error({ err: error, source: 'nestmtx' }, 'an event could not be kept; trying again');
        isUntold = true;
      });
  }

  log.info({ baseTopic: topics.base }, 'follow mode: the NestMTX on the broker answers requests, we answer none');
  if (!user) log.warn({}, 'without FOLLOW_USERNAME and FOLLOW_PASSWORD the cameras of NestMTX cannot be read');
  client.connect();

  return {
    registry: createForwarding({
      ...parts,
      client,
      login,
      updateCamera: createCameraUpdates(mirror),
      isOperator,
      publicHost,
    }),
    sessions: { find: (token) => (isOperator(token) ? sessions.find(token) : undefined) },
    accepts: async (token) => isOperator(token) || admits(token),
    get isAnswering() {
      return presence.isAnswering;
    },
    get isReadable() {
      return presence.isAnswering && !login.isRefused;
    },
    async close() {
      endPolls();
      presence.close();
      events.close();
      await client.close();
      await mirror.close();
    },
  };
}
