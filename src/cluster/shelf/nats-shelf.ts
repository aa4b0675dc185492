/** Owns a shelf on JetStream: one stream for all accounts, whose leader tells everybody what has been put, in its order. */

import {
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  type StoredMsg,
} from '@nats-io/jetstream';
import { type Kept, type Key, NeverStored, type Shelf, type Terms } from '../../core/cluster/shelf.ts';
import type { Log } from '../../core/ports.ts';
import { createFairQueue } from '../../core/timing/fair-queue.ts';
import { ATTEMPT_MS, isNeverSent, patienceAtStart, untilAnswered } from '../attempts.ts';
import type { ClusterConnection } from '../connection.ts';
import { partsOf, subjectOf } from '../exchange/subjects.ts';
import { follow, watch } from './following.ts';
import { allOf, isThere, lastOf, nearest } from './reading.ts';
import { makeStream, putSubjectOf, type ShelfFacts, streamNameOf, toldSubjectOf } from './stream.ts';

export interface ShelfSetup extends ShelfFacts {
  readonly connection: ClusterConnection;
  readonly log: Log;
}

/** What stands for something that is gone is not needed for longer: who was away meanwhile reads all again. */
const GONE_SECONDS = 60;
const READ_AT_ONCE = 100;
const NOT_STORED = 10_077;
const NO_ROOM = /maximum messages/;
const OVERTAKEN = 10_071;
/** What a stream says of one message, whose value, headers or lifetime it does not take. */
const REFUSED = [10_054, 10_097, 10_165];
/** Of a server that has not said otherwise. */
const MAX_PAYLOAD = 1024 * 1024;
/** Mark, lifetime and what it is put behind count as well. */
const HEADER_BYTES = 1024;

/** Resolves when the stream is there. @throws where JetStream is not to be had */
export async function openShelf(setup: ShelfSetup): Promise<Shelf> {
  const { connection, log } = setup;
  const js = jetstream(connection.nats);
  const atStart = patienceAtStart(log);
  const jsm = await untilAnswered(() => jetstreamManager(connection.nats, { timeout: ATTEMPT_MS }), atStart);
  await untilAnswered(() => makeStream(jsm, setup), atStart);
  const stream = streamNameOf(setup);
  const [putTo, toldAt] = [`${putSubjectOf(setup)}.`, `${toldSubjectOf(setup)}.`];
  const subjectAt = (key: Key) => putTo + subjectOf(...key);
  const below = (key: Key) => putTo + [subjectOf(...key), '>'].filter(Boolean).join('.');
  const readOn = async (subject: string) =>
    (await untilAnswered(() => allOf(jsm, stream, subject))).map((stored) => keptOf(stored, putTo));
  const read = (key: Key) => readOn(below(key));
  const toldKeptOf = ({ subject, ...told }: Omit<Kept, 'key'> & { readonly subject: string }) => {
    return { ...told, key: partsOf(subject.slice(toldAt.length)) };
  };
  const newest = async (key: Key) => (await untilAnswered(() => lastOf(jsm, stream, below(key))))?.seq ?? 0;
  const turns = createFairQueue({ running: READ_AT_ONCE });
  const onLeader = leadersOf(connection, stream);
  const following = (key: Key) => {
    const subject = `${toldAt}${subjectOf(...key)}.>`;
    const near = async () => (await nearest(jsm, stream, below(key))).map((stored) => keptOf(stored, putTo));
    const reading = { read: () => read(key), near, turns };
    return { connection, log, subject, keptOf: toldKeptOf, ...reading, onLeader };
  };

  return {
    get mostBytes() {
      return (connection.nats.info?.max_payload ?? MAX_PAYLOAD) - HEADER_BYTES;
    },
    put: (key, bytes, mark, terms = {}) => put(js, subjectAt(key), bytes, { mark, ...terms }),
    async last(key) {
      const found = await untilAnswered(() => lastOf(jsm, stream, subjectAt(key)));
      return found && keptOf(found, putTo);
    },
    newest,
    read,
    readAt: (key) => readOn(subjectAt(key)),
    follow: (key, ...told) => follow(following(key), key, ...told),
    watch: (key, tell, again) => watch(following(key), tell, again),
    remove: (position) => untilAnswered(() => remove(jsm, stream, position)),
    async purge(key, before) {
      const what = before === undefined ? { filter: below(key) } : { filter: subjectAt(key), seq: before };
      return (await untilAnswered(() => jsm.streams.purge(stream, what))).purged;
    },
  };
}

/** @returns false where it is gone: somebody else was first, or an answer to ourselves was lost */
async function remove(jsm: JetStreamManager, stream: string, position: number): Promise<boolean> {
  try {
    return await jsm.streams.deleteMessage(stream, position, false);
  } catch (error) {
    // In which words a server says that it is gone depends on how it went, and some are those of a fault of its own.
    if (!(error instanceof JetStreamApiError) || (await isThere(jsm, stream, position))) throw error;
    return false;
  }
}

/** The servers tell it of each stream for themselves. */
function leadersOf({ nats }: ClusterConnection, stream: string): (listener: () => void) => () => void {
  const listeners = new Set<() => void>();
  nats.subscribe(`$JS.EVENT.ADVISORY.STREAM.LEADER_ELECTED.${stream}`, {
    callback() {
      for (const listener of listeners) listener();
    },
  });
  return (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
}

interface Label extends Terms {
  readonly mark: string;
}

async function put(js: JetStreamClient, subject: string, bytes: Uint8Array, label: Label): ReturnType<Shelf['put']> {
  const { mark, behind, lifetimeSeconds = bytes.length === 0 ? GONE_SECONDS : undefined } = label;
  const ttl = lifetimeSeconds === undefined ? {} : { ttl: `${Math.max(1, Math.ceil(lifetimeSeconds))}s` };
  const expect = behind === undefined ? {} : { expect: { lastSubjectSequence: behind } };
  const options = { msgID: mark, timeout: ATTEMPT_MS, ...ttl, ...expect };
  return untilAnswered(async () => {
    try {
      return (await js.publish(subject, bytes, options)).seq;
    } catch (error) {
      if (isFull(error)) return 'full';
      if (error instanceof JetStreamApiError && error.code === OVERTAKEN) return 'overtaken';
      throw isRefused(error) ? new NeverStored(`never stored: ${error.message}`, { cause: error }) : error;
    }
  });
}

function isRefused(error: unknown): error is Error {
  return isNeverSent(error) || (error instanceof JetStreamApiError && REFUSED.includes(error.code));
}

/** The same number stands for whatever a store could not do, as one whose server is on its way out. */
function isFull(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === NOT_STORED && NO_ROOM.test(error.message);
}

function keptOf({ subject, seq, header, data }: StoredMsg, putTo: string): Kept {
  const mark = header?.get('Nats-Msg-Id') ?? '';
  return { key: partsOf(subject.slice(putTo.length)), position: seq, mark, bytes: data };
}
