/**
 * Owns the snapshots of a log: all records as they were at one position, from which on the entries are still there. They are read and written
 * in parts; of one that is not whole nobody hears.
 */

import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { DeliverPolicy } from '@nats-io/jetstream';
import type { Log } from '../../core/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { Opened } from '../../store/commit-log.ts';
import { type Change, changesIn } from '../../store/journal/line.ts';
import { type Migration, migrate, newestVersion } from '../../store/migrations.ts';
import { type AnyCollection, StoreData } from '../../store/store-data.ts';
import { inSlices, recordsOf } from './slices.ts';
import type { LogStreams } from './streams.ts';

export interface Snapshots {
  /** The last whole one; the beginning where there is none. */
  read(): Promise<Opened>;
  /** Writes what `data` shows at `position`, and forgets the entries before it. */
  write(records: Iterable<Change>, position: number): Promise<void>;
  /** An occasion: writes one where it is our turn and the log has grown. */
  shown(data: StoreData, position: number): void;
  /** Waits for the one that is being written. */
  close(): Promise<void>;
}

interface Options {
  readonly streams: LogStreams;
  readonly log: Log;
  readonly collections: readonly AnyCollection[];
  readonly migrations: readonly Migration[];
  /** Whether it is for us to write them. */
  readonly isOurTurn: () => boolean;
  /** So many entries make one worth while. */
  readonly everyEntries?: number;
  /** So many entries before a snapshot are kept for those who are a little behind. */
  readonly keptEntries?: number;
}

/** Says that a snapshot is whole. */
interface End {
  readonly id: string;
  readonly position: number;
  readonly version: number;
  readonly parts: number;
  readonly checksum: number;
}

const EVERY_ENTRIES = 10_000;
const KEPT_ENTRIES = 1000;
const ATTEMPTS = 3;
/** Parts on their way at a time. */
const AT_ONCE = 16;

export function createSnapshots(options: Options): Snapshots {
  const { streams, log, collections, migrations, isOurTurn } = options;
  const { everyEntries = EVERY_ENTRIES, keptEntries = KEPT_ENTRIES } = options;
  const { js, manager, entries, snapshots } = streams;
  let writtenAt = 0;
  let writing: Promise<void> | undefined;

  async function lastEnd(): Promise<End | undefined> {
    const message = await manager.streams.getMessage(snapshots.stream, { last_by_subj: snapshots.ends });
    return message === null ? undefined : message.json<End>();
  }

  /** Undefined where a later one has taken its place meanwhile. */
  async function partsOf({ id, parts, checksum }: End): Promise<Uint8Array[] | undefined> {
    const found: Uint8Array[] = [];
    if (parts > 0) {
      const filter = { filter_subjects: [`${snapshots.parts}.${id}`], deliver_policy: DeliverPolicy.All };
      const consumer = await js.consumers.get(snapshots.stream, filter);
      while (found.length < parts) {
        const before = found.length;
        for await (const message of await consumer.fetch({ max_messages: parts - before, expires: 2000 }))
          found.push(message.data);
        if (found.length === before) return undefined;
      }
    }
    return found.reduce((sum, part) => crc32(part, sum), 0) === checksum ? found : undefined;
  }

  async function read(): Promise<Opened> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const end = await lastEnd();
      writtenAt = end?.position ?? 0;
      if (end === undefined) return { data: new StoreData(collections), position: 0 };
      const newest = newestVersion(migrations);
      if (end.version > newest) {
        const message = `a newer program wrote the log of the cluster, in version ${end.version}; this one knows ${newest}`;
        throw new ApiError('unavailable', { message });
      }
      const parts = await partsOf(end);
      if (parts === undefined) continue;
      const records = recordsOf(parts.flatMap((part) => changesIn(Buffer.from(part).toString())));
      migrate(records, end.version, migrations);
      return { data: new StoreData(collections, records), position: end.position };
    }
    throw new ApiError('unavailable', { message: 'the last snapshot of the log of the cluster is not whole' });
  }

  async function write(records: Iterable<Change>, position: number): Promise<void> {
    const id = randomUUID();
    const subject = `${snapshots.parts}.${id}`;
    let checksum = 0;
    let parts = 0;
    let underWay: Promise<unknown>[] = [];
    try {
      for (const slice of inSlices(records)) {
        const part = Buffer.from(JSON.stringify(slice));
        checksum = crc32(part, checksum);
        parts += 1;
        underWay.push(js.publish(subject, part));
        // The order of the parts is that of their publishing: one connection, one stream.
        if (underWay.length < AT_ONCE) continue;
        await Promise.all(underWay);
        underWay = [];
      }
      await Promise.all(underWay);
      const end: End = { id, position, version: newestVersion(migrations), parts, checksum };
      await js.publish(snapshots.ends, JSON.stringify(end));
    } catch (error) {
      await Promise.allSettled(underWay);
      await manager.streams.purge(snapshots.stream, { filter: subject }).catch(() => undefined);
      throw error;
    }
    writtenAt = position;
    await forget(id, position);
  }

  /** What the snapshot has taken the place of. */
  async function forget(id: string, position: number): Promise<void> {
    await manager.streams.purge(snapshots.stream, { filter: snapshots.ends, keep: 1 });
    const { state } = await manager.streams.info(snapshots.stream, { subjects_filter: `${snapshots.parts}.*` });
    for (const subject of Object.keys(state.subjects ?? {})) {
      if (subject !== `${snapshots.parts}.${id}`) await manager.streams.purge(snapshots.stream, { filter: subject });
    }
    const upTo = position - keptEntries;
    if (upTo > 0) await manager.streams.purge(entries.stream, { seq: upTo + 1 });
  }

  return {
    read,
    write,
    shown(data, position) {
      if (writing !== undefined || position - writtenAt < everyEntries || !isOurTurn()) return;
      writing = write(data.records(), position)
        .catch((error: unknown) => {
          writtenAt = position;
          log.warn({ err: error }, 'no snapshot of the log of the cluster could be written; it goes on growing');
        })
        .finally(() => {
          writing = undefined;
        });
    },
    async close() {
      await writing;
    },
  };
}
