/**
 * Owns what lowdb holds as its data: the durable tables, and above them the changes that are still on their way to the disk.
 * Transactions see all of it, readers the durable tables only.
 */

import type { CollectionSpec, ReadCollection, StoredRecord, Transaction, WriteCollection } from '../core/store.ts';
import type { Change } from './journal/line.ts';
import { Overlay } from './overlay.ts';
import { type Staged, stage } from './staged.ts';
import { Table } from './table.ts';
import { Watchers } from './watchers.ts';

/** Any collection's declaration: `never` is what every key function accepts. */
export type AnyCollection = CollectionSpec<never>;

/** Collection name to id to record, as read from a file. */
export type Records = Map<string, Map<string, StoredRecord>>;

interface CounterRecord extends StoredRecord {
  readonly last: number;
}

/** The last number that `nextId` has handed out for a name. */
const COUNTERS: CollectionSpec<CounterRecord> = { name: 'counters', unique: {} };

type Layer = Map<string, Overlay<StoredRecord>>;

export class StoreData {
  readonly #declared = new Map<string, AnyCollection>();
  readonly #specs = new Map<string, CollectionSpec<StoredRecord>>();
  readonly #tables = new Map<string, Table<StoredRecord>>();
  #inFlight: Layer = new Map();
  #queued: Layer = new Map();
  /** The changes of each commit as JSON, without the brackets around them. */
  #queuedJson: string[] = [];
  #stagedInFlight: Staged<unknown>[] = [];
  #stagedQueued: Staged<unknown>[] = [];
  readonly watchers = new Watchers();
  /** What the change function that is running has touched. */
  #changing: Layer | undefined;

  constructor(collections: readonly AnyCollection[], records: Records = new Map()) {
    // A collection that only the file knows is kept as it is: no start may lose records.
    const undeclared = [...records.keys()].map((name) => ({ name, unique: {} }));
    for (const spec of [...collections, COUNTERS]) {
      if (this.#declared.has(spec.name)) throw new Error(`two collections are named ${spec.name}`);
      this.#declared.set(spec.name, spec);
    }
    for (const given of [...undeclared, ...this.#declared.values()]) {
      // Sound because table() and #overlay() hand a collection out to the owner of its declaration only.
      const spec = given as CollectionSpec<StoredRecord>;
      this.#specs.set(spec.name, spec);
      this.#tables.set(spec.name, new Table(spec, records.get(spec.name) ?? new Map()));
    }
  }

  /** What is durable in a collection. */
  table<R extends StoredRecord>(spec: CollectionSpec<R>): ReadCollection<R> {
    this.#mustBeDeclared(spec);
    // Sound: all records of this table were put through this very declaration, or migrated to it.
    return this.#find(this.#tables, spec.name) as ReadCollection<StoredRecord> as ReadCollection<R>;
  }

  get isEmpty(): boolean {
    return [...this.#tables.values()].every(({ size }) => size === 0);
  }

  /** Every record that is durable at this moment. The result may be read slowly: records are replaced, never changed. */
  records(): Iterable<Change> {
    const tables = [...this.#tables].map(([name, table]) => ({ name, records: [...table.values()] }));
    return (function* () {
      for (const { name, records } of tables) {
        for (const record of records) yield [name, record.id, record] as const;
      }
    })();
  }

  /** Runs `change` and queues what it did for the next batch; queues nothing if it throws. */
  stage<T>(change: (transaction: Transaction) => T): Staged<T> {
    const staged = stage(() => this.#run(change));
    this.#stagedQueued.push(staged);
    return staged;
  }

  #run<T>(change: (transaction: Transaction) => T): T {
    if (this.#changing !== undefined) throw new Error('a change function must not commit');
    const layer: Layer = new Map();
    this.#changing = layer;
    try {
      const result = change(this.#transaction(layer));
      if (result instanceof Promise) throw new Error('a change function must be synchronous');
      this.#queue(layer);
      return result;
    } finally {
      this.#changing = undefined;
      for (const overlay of layer.values()) overlay.seal();
    }
  }

  /** Makes a batch of everything queued; the result is the list of its changes as JSON, undefined where there are none. */
  take(): string | undefined {
    const json = this.#queuedJson;
    this.#inFlight = this.#queued;
    this.#queued = new Map();
    this.#queuedJson = [];
    this.#stagedInFlight = this.#stagedQueued;
    this.#stagedQueued = [];
    return json.length === 0 ? undefined : `[${json.join()}]`;
  }

  /** The batch is on disk. */
  publish(): void {
    for (const [name, overlay] of this.#inFlight) {
      const table = this.#find(this.#tables, name);
      table.absorb(overlay);
      this.#queued.get(name)?.rebase(table);
    }
    this.#inFlight = new Map();
    this.#stagedInFlight = [];
  }

  /** The batch is lost, and with it everything that was queued upon it. */
  abandon(): void {
    this.#inFlight = new Map();
    this.#queued = new Map();
    this.#queuedJson = [];
    this.#stagedInFlight = [];
    this.#stagedQueued = [];
  }

  /** Others were first: what they have changed is durable, and what is on its way is run again upon it. */
  overtake(batches: readonly (readonly Change[])[]): void {
    const staged = [...this.#stagedInFlight, ...this.#stagedQueued];
    this.abandon();
    for (const changes of batches) this.#absorb(changes);
    this.#stagedQueued.push(...staged.filter((one) => one.runAgain()));
  }

  #absorb(changes: readonly Change[]): void {
    const layer: Layer = new Map();
    for (const [name, id, record] of changes) {
      const overlay = layer.get(name) ?? new Overlay(this.#specOf(name), this.#tableOf(name));
      layer.set(name, overlay);
      if (record === undefined) overlay.delete(id);
      else overlay.put(record);
    }
    const seen = [...layer].map(([name, overlay]) => {
      const table = this.#tableOf(name);
      const ids = [...overlay.entries.keys()];
      const before = ids.map((id) => table.get(id));
      table.absorb(overlay);
      return { name, changes: ids.map((id, i) => ({ id, before: before[i], after: table.get(id) })) };
    });
    // When all of it can be seen.
    for (const one of seen) this.watchers.tell(one.name, one.changes);
  }

  #specOf(name: string): CollectionSpec<StoredRecord> {
    return this.#specs.get(name) ?? this.#begin(name);
  }

  #tableOf(name: string): Table<StoredRecord> {
    return this.#find(this.#tables, name);
  }

  /** A collection that only a newer program knows is kept as it is. */
  #begin(name: string): CollectionSpec<StoredRecord> {
    const spec = { name, unique: {} };
    this.#specs.set(name, spec);
    this.#tables.set(name, new Table(spec, new Map()));
    return spec;
  }

  #transaction(layer: Layer): Transaction {
    const collection = <R extends StoredRecord>(spec: CollectionSpec<R>): WriteCollection<R> => {
      this.#mustBeDeclared(spec);
      if (this.#changing !== layer) throw new Error('the transaction has ended');
      // Sound for the same reason as in table().
      return this.#overlay(layer, spec.name) as WriteCollection<StoredRecord> as WriteCollection<R>;
    };
    return {
      collection,
      nextId(name) {
        const counters = collection(COUNTERS);
        const last = (counters.get(name)?.last ?? 0) + 1;
        counters.put({ id: name, last });
        return last;
      },
    };
  }

  #overlay(layer: Layer, name: string): Overlay<StoredRecord> {
    const known = layer.get(name);
    if (known !== undefined) return known;
    const below = this.#queued.get(name) ?? this.#inFlight.get(name) ?? this.#find(this.#tables, name);
    const overlay = new Overlay(this.#find(this.#specs, name), below);
    layer.set(name, overlay);
    return overlay;
  }

  #queue(layer: Layer): void {
    const changes = [...layer.values()].flatMap((overlay) => [...overlay.changes()]);
    if (changes.length === 0) return;
    this.#queuedJson.push(JSON.stringify(changes).slice(1, -1));
    for (const [name, overlay] of layer) {
      const queued = this.#queued.get(name);
      if (queued === undefined) this.#queued.set(name, overlay);
      else queued.absorb(overlay);
    }
  }

  #mustBeDeclared(spec: { readonly name: string }): void {
    if (this.#declared.get(spec.name) !== spec)
      throw new Error(`the collection ${spec.name} was not declared at opening`);
  }

  #find<T>(map: ReadonlyMap<string, T>, name: string): T {
    const found = map.get(name);
    if (found === undefined) throw new Error(`there is no collection ${name}`);
    return found;
  }
}
