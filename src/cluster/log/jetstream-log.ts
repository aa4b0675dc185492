/**
 * Owns a log that lies on NATS servers: appends behind what it has seen or not at all, waits for a cluster that has no leader just now, and
 * hears of what others append. Keeps nothing on disk.
 */

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { JetStreamApiCodes, type StreamState } from '@nats-io/jetstream';
import type { Log } from '../../core/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { type CommitLog, type Entry, type Opened, Overtaken } from '../../store/commit-log.ts';
import { changesIn } from '../../store/journal/line.ts';
import type { Admits } from '../../store/journal/opening.ts';
import { type Migration, newestVersion } from '../../store/migrations.ts';
import type { StoreData } from '../../store/store-data.ts';
import { AGAIN_SECONDS, patienceAtStart, untilAnswered } from '../attempts.ts';
import { Arrivals } from './arrivals.ts';
import { NOTHING, type Part, partsOf } from './entry.ts';
import type { Snapshots } from './snapshots.ts';
import { codeOf, type LogStreams, stateOf } from './streams.ts';

export interface JetStreamLogOptions {
  readonly streams: LogStreams;
  readonly snapshots: Snapshots;
  readonly log: Log;
  /** Which bridge appends: its entries say so. */
  readonly by?: string;
  readonly migrations: readonly Migration[];
  /** Sees what is there before anything is written, and refuses it by throwing. */
  readonly admits?: Admits | undefined;
  /** Called once, when nothing can be heard or appended any more. */
  readonly stopped?: (reason: string) => void;
  /** How long an append waits for a cluster that does not answer. */
  readonly deadlineMs?: number;
}

/** An append that waits for its place. */
interface Pending {
  readonly id: string;
  readonly position: number;
  settle(isOurs: boolean): void;
}

const DEADLINE_MS = 10_000;
const ATTEMPT_MS = 2000;
const RETRY_MS = 100;
const READS = 5;
const WRONG_PLACE: readonly unknown[] = [
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
];

export class JetStreamLog implements CommitLog {
  readonly where = 'the cluster';
  readonly #options: JetStreamLogOptions;
  readonly #arrivals: Arrivals;
  #hear: ((entry: Entry) => void) | undefined;
  /** Arrived before somebody follows. */
  #unheard: Entry[] = [];
  #pending: Pending | undefined;
  #fault: string | null = null;

  constructor(options: JetStreamLogOptions) {
    this.#options = options;
    this.#arrivals = new Arrivals({
      streams: options.streams,
      version: newestVersion(options.migrations),
      hear: (entry, id) => this.#arrived(entry, id),
      stopped: (reason) => this.#stop(reason),
    });
  }

  get fault(): string | null {
    return this.#fault;
  }

  /** @param known what is there already, of an earlier look: it is brought up to date where its successors are still kept */
  async read(known?: Opened): Promise<Opened> {
    const { admits } = this.#options;
    const state = await this.#state();
    if (known !== undefined && known.position > state.last_seq) throw fallenShort(known.position, state.last_seq);
    const { data, position } = await this.#beginning(known);
    await untilAnswered(() => this.#arrivals.start(position), patienceAtStart(this.#options.log));
    await untilAnswered(() => this.#arrivals.upTo(state.last_seq), patienceAtStart(this.#options.log));
    if (this.#fault !== null) throw new ApiError('unavailable', { message: this.#fault });
    data.overtake(this.#unheard.splice(0).map(({ batch }) => changesIn(batch)));
    admits?.({ collection: (spec) => data.table(spec) });
    return { data, position: this.#arrivals.reached };
  }

  follow(_position: number, hear: (entry: Entry) => void): () => void {
    this.#hear = hear;
    for (const entry of this.#unheard.splice(0)) hear(entry);
    return () => {
      this.#hear = undefined;
    };
  }

  async append(batch: string, position: number): Promise<number> {
    const { migrations, streams, by, deadlineMs = DEADLINE_MS } = this.#options;
    const untilMs = performance.now() + deadlineMs;
    const parts = partsOf(batch, newestVersion(migrations), streams.partBytes, by);
    let last = position;
    for (const part of parts) {
      const entry = { position: last + 1, batch: part === parts.at(-1) ? batch : NOTHING };
      last = await this.#appendPart(part, entry, untilMs);
    }
    return last;
  }

  shown(data: StoreData, position: number): void {
    this.#options.snapshots.shown(data, position);
  }

  /** Of the last entry that has arrived. */
  get reached(): number {
    return this.#arrivals.reached;
  }

  /** Resolves when everything up to `position` has arrived; up to the last that is there, unless told otherwise. */
  async reach(position?: number): Promise<void> {
    await this.#arrivals.upTo(position ?? (await stateOf(this.#options.streams)).last_seq);
    if (this.#fault !== null) throw new ApiError('unavailable', { message: this.#fault });
  }

  async close(): Promise<void> {
    await this.#options.snapshots.close();
    await this.#arrivals.close();
  }

  /** From where the entries are still there. */
  async #beginning(known: Opened | undefined): Promise<Opened> {
    const { snapshots, log } = this.#options;
    for (let look = 0; look < READS; look += 1) {
      const opened =
        look === 0 && known !== undefined ? known : await untilAnswered(() => snapshots.read(), patienceAtStart(log));
      // A later snapshot may have been written meanwhile.
      const { first_seq: first } = await this.#state();
      if (opened.position + 1 >= first) return opened;
    }
    throw new ApiError('unavailable', { message: 'the log of the cluster begins behind its last snapshot' });
  }

  #state(): Promise<StreamState> {
    const { streams, log } = this.#options;
    return untilAnswered(() => stateOf(streams), patienceAtStart(log));
  }

  async #appendPart(part: Part, entry: Entry, untilMs: number): Promise<number> {
    const expected = entry.position - 1;
    if (this.#fault !== null) throw new ApiError('unavailable', { cause: new Error(this.#fault) });
    if (this.#arrivals.reached > expected) throw new Overtaken();
    const id = randomUUID();
    let isSettled = false;
    const isOurs = await new Promise<boolean>((resolve, reject) => {
      const settle = (ours: boolean) => {
        isSettled = true;
        resolve(ours);
      };
      this.#pending = { id, position: entry.position, settle };
      this.#try({ part, id, entry, untilMs, isSettled: () => isSettled }).catch(reject);
    }).finally(() => {
      this.#pending = undefined;
    });
    if (!isOurs) throw new Overtaken();
    return entry.position;
  }

  /** Again and again until the append is settled; rejects when it is too late for that. */
  async #try({ part, id, entry, untilMs, isSettled }: Attempt): Promise<void> {
    const { js, entries } = this.#options.streams;
    const behind = entry.position - 1;
    const expect = { lastSequence: behind, streamName: entries.stream };
    let reason: unknown;
    while (!isSettled()) {
      const leftMs = untilMs - performance.now();
      if (leftMs <= 0) throw late(reason);
      try {
        const timeout = Math.max(1, Math.min(ATTEMPT_MS, leftMs));
        const { seq } = await js.publish(entries.subject, part.data, {
          msgID: id,
          expect,
          timeout,
          headers: part.headers,
        });
        if (seq !== entry.position) throw new Error(`the cluster appended behind ${seq - 1} instead of ${behind}`);
        if (this.#arrivals.acknowledge(seq)) this.#arrived(entry, id);
      } catch (error) {
        reason = error;
        // Somebody was there first, or we ourselves were, with an answer that got lost: the message there tells.
        if (WRONG_PLACE.includes(codeOf(error))) await this.#arrivals.readOn().catch(() => undefined);
        if (!isSettled()) await pause(RETRY_MS);
      }
    }
  }

  #arrived(entry: Entry, id: string | undefined): void {
    if (this.#hear) this.#hear(entry);
    else this.#unheard.push(entry);
    const pending = this.#pending;
    pending?.settle(id === pending.id && entry.position === pending.position);
  }

  #stop(reason: string): void {
    this.#fault = `the log of the cluster cannot be followed: ${reason}. Changes are refused until a restart`;
    this.#options.log.error({}, this.#fault);
    this.#options.stopped?.(this.#fault);
  }
}

interface Attempt {
  readonly part: Part;
  readonly id: string;
  readonly entry: Entry;
  readonly untilMs: number;
  readonly isSettled: () => boolean;
}

function fallenShort(own: number, last: number): ApiError {
  const message =
    `the log of the cluster ends at ${last}, and this bridge has it up to ${own}: the NATS servers have lost what they had ` +
    'acknowledged. Nothing was changed; docs/cluster.md says how to go on from the copy that reaches farthest';
  return new ApiError('unavailable', { message });
}

function late(cause: unknown): ApiError {
  const message =
    'The cluster has not taken this in time: most of its NATS servers may be out of reach, or choose a leader';
  return new ApiError('unavailable', { message, cause, retryAfterSeconds: AGAIN_SECONDS });
}
