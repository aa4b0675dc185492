/** Owns how a cluster's log begins with what is in a folder: a snapshot before the first entry, and the folder becomes the first copy. */

import type { Log } from '../../core/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { CommitLog, Opened } from '../../store/commit-log.ts';
import { JournalLog, type JournalOptions } from '../../store/journal/journal-log.ts';
import { newestVersion } from '../../store/migrations.ts';
import { type Place, placeChange, placeOf } from '../../store/place.ts';
import type { StoreData } from '../../store/store-data.ts';
import { NOTHING, partsOf } from './entry.ts';
import { createSnapshots } from './snapshots.ts';
import { type LogStreams, stateOf } from './streams.ts';

/** Where the snapshot stands: an entry without changes, which nobody else can append before us. */
const FIRST = 1;

export class SeedingLog implements CommitLog {
  readonly where = 'the cluster';
  readonly fault = null;
  readonly #streams: LogStreams;
  readonly #options: JournalOptions;
  readonly #log: Log;
  readonly #journal: JournalLog;
  #place: Place | undefined;

  constructor(streams: LogStreams, options: JournalOptions, log: Log) {
    this.#streams = streams;
    this.#options = options;
    this.#log = log;
    this.#journal = new JournalLog({
      ...options,
      besides: () => (this.#place === undefined ? [] : [placeChange(this.#place)]),
      // The copy of a cluster that was lost is as good.
      onPlace: (place) => {
        this.#place = place;
      },
    });
  }

  /** @throws ApiError `unavailable` where the log has begun already */
  async read(): Promise<Opened> {
    const opened = await this.#journal.read();
    try {
      await this.#seed(opened.data);
      return opened;
    } catch (error) {
      await this.#journal.close(opened.data);
      throw error;
    }
  }

  async #seed(data: StoreData): Promise<void> {
    const { js, entries, id } = this.#streams;
    const { collections, migrations } = this.#options;
    const { last_seq: last } = await stateOf(this.#streams);
    const setup = { streams: this.#streams, log: this.#log, collections, migrations, isOurTurn: () => false };
    const snapshots = createSnapshots(setup);
    if (last > 0 || (await snapshots.read()).position > 0) throw begun();
    await snapshots.write(data.records(), FIRST);
    for (const part of partsOf(NOTHING, newestVersion(migrations), NOTHING.length)) {
      const expect = { lastSequence: FIRST - 1, streamName: entries.stream };
      await js.publish(entries.subject, part.data, { expect, headers: part.headers });
    }
    this.#place = placeOf(id, FIRST);
    await this.#journal.rewrite(data);
  }

  follow(): () => void {
    return () => undefined;
  }

  append(): Promise<number> {
    return Promise.reject(new ApiError('unavailable'));
  }

  shown(): void {
    // Nobody works with it before it is opened as a copy.
  }

  close(data: StoreData): Promise<void> {
    return this.#journal.close(data);
  }
}

function begun(): ApiError {
  return new ApiError('unavailable', {
    message:
      'the log of the cluster has begun already: nothing was changed. Another CLUSTER_NAME makes another cluster',
  });
}
