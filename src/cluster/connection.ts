/**
 * Owns the connection to the NATS servers of a cluster: found again for as long as it takes, and told when it is lost. Knows nothing of what
 * is said over it.
 */

import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Log } from '../core/ports.ts';
import { ApiError } from '../protocol/api-error.ts';
import { AGAIN_SECONDS } from './attempts.ts';

export interface ClusterAddress {
  /** `host:port` of each server that is known; those tell of the others. */
  readonly servers: readonly string[];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Absent: without TLS, unless a server asks for it. */
  readonly tls?:
    | { /** Path of a PEM file, in place of the well-known authorities. */ readonly caFile?: string }
    | undefined;
}

export interface ClusterConnection {
  readonly nats: NatsConnection;
  /** There is a server. */
  readonly isConnected: boolean;
  /** And it is trusted. */
  readonly isUp: boolean;
  /** Runs at each loss and each return; never rejects. @returns what ends it */
  onChange(listener: (isUp: boolean, wasDistrusted: boolean) => void): () => void;
  /** Its server is as good as none, until it is trusted again; where another one can be had, that one is taken. */
  distrust(): void;
  trust(): void;
  close(): Promise<void>;
}

interface Options {
  readonly log: Log;
  /** What the servers call us in their own lists. */
  readonly name: string;
  /** Whether what is said over it is heard over it as well; it is, unless told otherwise. */
  readonly hearsItself?: boolean;
  /** How long a start waits for the first server that answers. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 30_000;
const ATTEMPT_MS = 2000;
const PAUSE_MS = 250;
const AGAIN_MS = 100;
/** A server that is frozen is left after three of them: clients of a bridge are to hardly notice. */
const PING_MS = 250;

/** @throws ApiError `unavailable` when no server has answered in time, and at once where one refuses the login */
export async function connectCluster(address: ClusterAddress, options: Options): Promise<ClusterConnection> {
  const { log } = options;
  const nats = await connectFirst(address, options);
  const listeners = new Set<Parameters<ClusterConnection['onChange']>[0]>();
  let isConnected = true;
  let isTrusted = true;
  let wasDistrusted = false;
  let isUp = true;
  log.info({ server: nats.getServer() }, 'connected to the NATS cluster');

  function tell(): void {
    const now = isConnected && isTrusted;
    if (now === isUp) return;
    isUp = now;
    for (const listener of listeners) listener(isUp, wasDistrusted);
    if (isUp) wasDistrusted = false;
  }

  function turn(now: boolean): void {
    if (now === isConnected) return;
    isConnected = now;
    if (isConnected) log.info({ server: nats.getServer() }, 'connected to the NATS cluster again');
    else log.warn({}, 'lost the NATS cluster, connecting again');
    tell();
  }

  async function watch(): Promise<void> {
    for await (const status of nats.status()) {
      if (status.type === 'disconnect') turn(false);
      else if (status.type === 'reconnect') turn(true);
      else if (status.type === 'staleConnection') abandon(nats);
      else if (status.type === 'error') log.warn({ err: status.error }, 'the NATS cluster refuses something');
    }
  }

  const watching = watch();
  // Only by ourselves, or by a login that is none any more.
  void nats.closed().then((error) => {
    turn(false);
    if (error) log.error({ err: error }, 'the NATS cluster has closed the connection for good: only a restart helps');
  });
  return {
    nats,
    get isConnected() {
      return isConnected;
    },
    get isUp() {
      return isUp;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    distrust() {
      isTrusted = false;
      wasDistrusted = true;
      // It is told of later: who is trusted meanwhile is not there before the next server is.
      turn(false);
      void nats.reconnect().catch((error: unknown) => log.debug({ err: error }, 'already connecting again'));
    },
    trust() {
      isTrusted = true;
      tell();
    },
    async close() {
      listeners.clear();
      isConnected = false;
      isUp = false;
      await nats.close();
      await watching;
    },
  };
}

async function connectFirst(address: ClusterAddress, options: Options): Promise<NatsConnection> {
  const { patienceMs = PATIENCE_MS, log } = options;
  const untilMs = performance.now() + patienceMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inTurn(await connect(connectOptions(address, options)), address.servers.length);
    } catch (error) {
      const where = `the NATS cluster (${address.servers.join(', ')})`;
      if (isRefusal(error)) throw unavailable(`${where} refuses the login`, error);
      if (performance.now() > untilMs) throw unavailable(`${where} does not answer`, error, AGAIN_SECONDS);
      if (attempt === 1) log.warn({ err: error }, 'no connection to the NATS cluster, trying on');
      await pause(PAUSE_MS);
    }
  }
}

/**
 * At its first loss the client goes back to the server that it has lost, and only then to the others: one that has fallen silent would keep it for as
 * long as an attempt may take. So that first time is now.
 */
async function inTurn(nats: NatsConnection, count: number): Promise<NatsConnection> {
  if (count === 1) return nats;
  const again = (async () => {
    for await (const { type } of nats.status()) if (type === 'reconnect') return;
  })();
  await nats.reconnect();
  await again;
  return nats;
}

/**
 * The client leaves a silent server when that has taken what was sent to it, which one that stands still under load never does. What it waits by is
 * nobody's but its own, and may look different in a later version: then it is as slow as it was.
 */
function abandon(nats: NatsConnection): void {
  const socket = ['protocol', 'transport', 'socket'].reduce<unknown>((inner, name) => Object(inner)[name], nats);
  if (socket instanceof Socket) socket.destroy();
}

function connectOptions({ servers, username, password, tls }: ClusterAddress, { name, hearsItself = true }: Options) {
  return {
    servers: [...servers],
    name,
    noEcho: !hearsItself,
    timeout: ATTEMPT_MS,
    pingInterval: PING_MS,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    reconnectTimeWait: AGAIN_MS,
    reconnectJitter: 0,
    reconnectJitterTLS: 0,
    ...(username !== undefined && { user: username }),
    ...(password !== undefined && { pass: password }),
    ...(tls && { tls }),
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'AuthorizationError';
}

function unavailable(message: string, cause: unknown, retryAfterSeconds?: number): ApiError {
  return new ApiError('unavailable', { message, cause, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });
}
