/** Owns the streams of a cluster's log: that they are there, and what they do not promise. */

import { randomUUID } from 'node:crypto';
import {
  DiscardPolicy,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamInfo,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Log } from '../../core/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';

export interface LogStreams {
  readonly js: JetStreamClient;
  readonly manager: JetStreamManager;
  /** Of a batch of changes each, in order. */
  readonly entries: { readonly stream: string; readonly subject: string };
  /** What replaces those entries that are not kept any longer. */
  readonly snapshots: { readonly stream: string; readonly parts: string; readonly ends: string };
  /** Tells one log from another that was made under the same name later. */
  readonly id: string;
  readonly replicas: number;
  /** Of a message, so that it fits with what comes along. */
  readonly partBytes: number;
}

const REPLICAS = 3;
const PART_BYTES = 512 * 1024;
const HEADER_BYTES = 4096;
/** JetStream's numbers for a single server that shall keep several copies, for too few servers, and for what another was quicker with. */
const NOT_CLUSTERED = 10074;
const NO_PEERS = 10005;
const NAME_TAKEN = 10058;

/**
 * @param name of the cluster
 * @param isMade whether they are made where there are none
 * @throws ApiError `unavailable` when they are not there and cannot be made
 */
export async function openStreams(nats: NatsConnection, name: string, log: Log, isMade = true): Promise<LogStreams> {
  try {
    const manager = await jetstreamManager(nats);
    const entries = { stream: `${name}-log`, subject: `${name}.log` };
    const snapshots = { stream: `${name}-snapshots`, parts: `${name}.snapshot`, ends: `${name}.snapshot-ends` };
    if (!isMade && !(await find(manager, entries.stream))) throw absent(name);
    const info = await opened(manager, entries.stream, [entries.subject]);
    await opened(manager, snapshots.stream, [`${snapshots.parts}.*`, snapshots.ends]);
    const replicas = info.config.num_replicas;
    if (replicas < REPLICAS) {
      const lost = 'what was acknowledged can be lost with one machine, and nothing is acknowledged while it is away';
      log.warn({ replicas }, `the log of the cluster is kept on fewer than ${REPLICAS} NATS servers: ${lost}`);
    }
    const partBytes = Math.min(PART_BYTES, (nats.info?.max_payload ?? PART_BYTES) - HEADER_BYTES);
    const id = info.config.metadata?.['id'] ?? '';
    return { js: jetstream(nats), manager, entries, snapshots, id, replicas, partBytes };
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `the NATS cluster does not keep the log ${name}: ${reason}`;
    throw new ApiError('unavailable', { message, cause });
  }
}

async function opened(manager: JetStreamManager, name: string, subjects: string[]): Promise<StreamInfo> {
  const found = await find(manager, name);
  if (found) return found;
  try {
    return await make(manager, name, subjects, REPLICAS);
  } catch (error) {
    const code = codeOf(error);
    if (code === NAME_TAKEN) return manager.streams.info(name);
    if (code === NOT_CLUSTERED) return make(manager, name, subjects, 1);
    if (code !== NO_PEERS) throw error;
    const message = `a log is made on ${REPLICAS} NATS servers with JetStream: not so many are there`;
    throw new ApiError('unavailable', { message, cause: error });
  }
}

function make(manager: JetStreamManager, name: string, subjects: string[], replicas: number): Promise<StreamInfo> {
  return manager.streams.add({
    name,
    subjects,
    num_replicas: replicas,
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    // Nothing is dropped by itself: what cannot be kept is refused.
    discard: DiscardPolicy.New,
    deny_delete: true,
    // From the leader alone: another may lag.
    allow_direct: false,
    metadata: { id: randomUUID() },
  });
}

async function find(manager: JetStreamManager, name: string): Promise<StreamInfo | undefined> {
  try {
    return await manager.streams.info(name);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function absent(name: string): ApiError {
  return new ApiError('unavailable', {
    message: `there is no cluster ${name} there: no bridge was started with it yet`,
  });
}

const STREAM_NOT_FOUND = 10059;

function isAbsent(error: unknown): boolean {
  return codeOf(error) === STREAM_NOT_FOUND;
}

/** JetStream's number of what it refuses. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
