/**
 * Owns a replica's own copy of the log: a journal on its disk, checked line by line, which it starts from and which outlives the cluster. It
 * follows behind: what is durable is so without it.
 */

import type { Log } from '../../core/ports.ts';
import { ApiError } from '../../protocol/api-error.ts';
import type { CommitLog, Entry, Opened } from '../../store/commit-log.ts';
import { JournalLog, type JournalOptions } from '../../store/journal/journal-log.ts';
import { type Place, placeChange, placeOf } from '../../store/place.ts';
import type { StoreData } from '../../store/store-data.ts';
import type { JetStreamLog } from './jetstream-log.ts';

interface Options {
  readonly commits: JetStreamLog;
  /** Id of that log. */
  readonly id: string;
  readonly journal: Omit<JournalOptions, 'besides' | 'onPlace'>;
  readonly log: Log;
}

const RETRY_MS = 5000;

export class CopiedLog implements CommitLog {
  readonly where = 'the cluster';
  readonly #options: Options;
  readonly #journal: JournalLog;
  #place: Place | undefined;
  /** Position within the journal, which counts for itself. */
  #line = 0;
  #waiting: Entry[] = [];
  #copying: Promise<void> | undefined;
  /** What a store shows, and up to where. */
  #shown: Opened | undefined;
  #isClosing = false;

  constructor(options: Options) {
    this.#options = options;
    this.#journal = new JournalLog({
      ...options.journal,
      besides: () => (this.#place === undefined ? [] : [placeChange(this.#place)]),
      onPlace: (place) => {
        this.#place = place;
      },
    });
  }

  get fault(): string | null {
    return this.#options.commits.fault;
  }

  async read(): Promise<Opened> {
    const { commits, id } = this.#options;
    const copy = await this.#journal.read();
    this.#line = copy.position;
    try {
      const from = this.#place?.position ?? 0;
      this.#refuseForeign(copy.data);
      const opened = await commits.read(this.#place && { data: copy.data, position: from });
      if (this.#place === undefined || opened.position > from) {
        this.#place = placeOf(id, opened.position);
        await this.#journal.rewrite(opened.data);
      }
      this.#shown = opened;
      return opened;
    } catch (error) {
      await commits.close();
      await this.#journal.close(copy.data);
      throw error;
    }
  }

  follow(position: number, hear: (entry: Entry) => void): () => void {
    return this.#options.commits.follow(position, (entry) => {
      this.#copy(entry);
      hear(entry);
    });
  }

  append(batch: string, position: number): Promise<number> {
    return this.#options.commits.append(batch, position);
  }

  shown(data: StoreData, position: number): void {
    this.#shown = { data, position };
    this.#options.commits.shown(data, position);
  }

  async close(data: StoreData): Promise<void> {
    await this.#options.commits.close();
    this.#isClosing = true;
    await this.#copying;
    await this.#journal.close(data);
  }

  /** What is there already would be lost, or would come upon what it does not belong to. */
  #refuseForeign(data: StoreData): void {
    const { id, journal } = this.#options;
    const { journal: path } = journal.paths;
    if (this.#place === undefined && data.isEmpty) return;
    if (this.#place?.log === id) return;
    const [fault, cure] =
      this.#place === undefined
        ? [
            'holds a bridge that stands alone',
            'nestmtx-bridge cluster seed makes a cluster of it, or start in an empty folder',
          ]
        : [
            'is the copy of another log than that of this cluster',
            'if the NATS servers were lost it may be the last one: empty no folder before you have read docs/cluster.md',
          ];
    throw new ApiError('unavailable', { message: `${path} ${fault}. Nothing was changed; ${cure}` });
  }

  #copy(entry: Entry): void {
    this.#waiting.push(entry);
    this.#copying ??= this.#copyAll().finally(() => {
      this.#copying = undefined;
    });
  }

  async #copyAll(): Promise<void> {
    const { id, log } = this.#options;
    while (this.#waiting.length > 0) {
      const entries = this.#waiting.splice(0);
      const place = placeOf(id, entries.at(-1)?.position ?? 0);
      try {
        this.#line = await this.#journal.append(joined(entries, place), this.#line);
        this.#place = place;
      } catch (error) {
        log.warn({ err: error }, "the bridge's own copy of the cluster's log could not be written; it follows later");
        if (this.#isClosing || this.#journal.fault !== null) return;
        this.#waiting.unshift(...entries);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
    const { data, position } = this.#shown ?? {};
    if (data && position === this.#place?.position) this.#journal.shown(data, this.#line);
  }
}

/** One line: of a batch that is cut short, its place is missing too. */
function joined(entries: readonly Entry[], place: Place): string {
  const changes = entries.map(({ batch }) => batch.slice(1, -1)).filter((text) => text !== '');
  return `[${[...changes, JSON.stringify(placeChange(place))].join()}]`;
}
