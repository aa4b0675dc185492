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
  type StreamConfig,
  type StreamInfo,
  type StreamState,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Log } from '../../core/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { ATTEMPT_MS, type Patience, patienceAtStart, untilAnswered } from '../attempts.ts';

export interface LogStreams {
  readonly js: JetStreamClient;
  readonly manager: JetStreamManager;
  /** Of a batch of changes each, in order. */
  readonly entries: { readonly stream: string; readonly subject: string };
  /** What replaces those entries that are not kept any longer. */
  readonly snapshots: { readonly stream: string; readonly parts: string; readonly ends: string };
  /** Whoever can write there has a majority of the servers behind them: what it holds is worth nothing, and on no disk. */
  readonly majority: string;
  /** Tells one log from another that was made under the same name later. */
  readonly id: string;
  readonly replicas: number;
  /** Of a message, so that it fits with what comes along. */
  readonly partBytes: number;
}

const REPLICAS = 3;
const PART_BYTES = 512 * 1024;
const HEADER_BYTES = 4096;
/** JetStream's numbers for a single server that shall keep several copies, and for what another was quicker with. */
const NOT_CLUSTERED = 10074;
const NAME_TAKEN = 10058;

interface Opening {
  /** Whether they are made where there are none; they are, unless told otherwise. */
  readonly isMade?: boolean;
  /** How long it may take until the servers can say; as long as a start may take, unless told otherwise. */
  readonly patience?: Patience;
}

/**
 * @param name of the cluster
 * @throws ApiError `unavailable` when they are not there and cannot be made
 */
export async function openStreams(
  nats: NatsConnection,
  name: string,
  log: Log,
  { isMade = true, patience = patienceAtStart(log) }: Opening = {},
): Promise<LogStreams> {
  try {
    return await untilAnswered(() => tryToOpen(nats, name, log, isMade), patience);
  } catch (cause) {
    if (cause instanceof ApiError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `the NATS cluster does not keep the log ${name}: ${reason}`;
    throw new ApiError('unavailable', { message, cause });
  }
}

async function tryToOpen(nats: NatsConnection, name: string, log: Log, isMade: boolean): Promise<LogStreams> {
  const manager = await jetstreamManager(nats, { timeout: ATTEMPT_MS });
  const entries = { stream: `${name}-log`, subject: `${name}.log` };
  const snapshots = { stream: `${name}-snapshots`, parts: `${name}.snapshot`, ends: `${name}.snapshot-ends` };
  if (!isMade && !(await find(manager, entries.stream))) throw absent(name);
  const info = await opened(manager, { name: entries.stream, subjects: [entries.subject], ...LASTING });
  await opened(manager, { name: snapshots.stream, subjects: [`${snapshots.parts}.*`, snapshots.ends], ...LASTING });
  const majority = `${name}.majority`;
  await opened(manager, { name: `${name}-majority`, subjects: [majority], ...PASSING });
  const replicas = info.config.num_replicas;
  if (replicas < REPLICAS) {
    const lost = 'what was acknowledged can be lost with one machine, and nothing is acknowledged while it is away';
    log.warn({ replicas }, `the log of the cluster is kept on fewer than ${REPLICAS} NATS servers: ${lost}`);
  }
  const partBytes = Math.min(PART_BYTES, (nats.info?.max_payload ?? PART_BYTES) - HEADER_BYTES);
  const id = info.config.metadata?.['id'] ?? '';
  return { js: jetstream(nats), manager, entries, snapshots, majority, id, replicas, partBytes };
}

/**
 * What a log reaches over, as whoever leads its stream knows it. While nobody does, any server answers with what it has, which may be less than was
 * acknowledged.
 * @throws Error when nobody leads just now
 */
export async function stateOf({ manager, entries }: Pick<LogStreams, 'manager' | 'entries'>): Promise<StreamState> {
  const { state, cluster } = await manager.streams.info(entries.stream);
  // A server that is in no cluster names none.
  if (cluster && !cluster.leader) throw new Error(`no NATS server leads the stream ${entries.stream} at the moment`);
  return state;
}

/**
 * A server that has lost the others goes on answering questions; only what is written needs a majority.
 * @returns what rejects when nothing could be written over that connection in time
 */
export function reachOver(
  nats: NatsConnection,
  { majority }: Pick<LogStreams, 'majority'>,
  timeoutMs: number,
): () => Promise<void> {
  const js = jetstream(nats);
  return async () => void (await js.publish(majority, undefined, { timeout: timeoutMs }));
}

type Wanted = Pick<StreamConfig, 'name'> & Partial<StreamConfig>;

/** Nothing is dropped by itself: what cannot be kept is refused. And what is read is read from the leader: another may lag. */
const LASTING = {
  storage: StorageType.File,
  discard: DiscardPolicy.New,
  deny_delete: true,
  allow_direct: false,
} as const;
const PASSING = { storage: StorageType.Memory, discard: DiscardPolicy.Old, max_msgs: 1 } as const;

async function opened(manager: JetStreamManager, wanted: Wanted): Promise<StreamInfo> {
  const { name } = wanted;
  const found = await find(manager, name);
  if (found) return found;
  const config = { ...wanted, retention: RetentionPolicy.Limits, metadata: { id: randomUUID() } };
  try {
    return await manager.streams.add({ ...config, num_replicas: REPLICAS });
  } catch (error) {
    const code = codeOf(error);
    if (code === NAME_TAKEN) return manager.streams.info(name);
    if (code === NOT_CLUSTERED) return manager.streams.add({ ...config, num_replicas: 1 });
    throw error;
  }
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
