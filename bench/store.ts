/** Owns the figures of the store: what a durable commit costs beside the bare system calls, and whether size matters. */

import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectionSpec, Store, StoredRecord } from '../src/core/store.ts';
import { openStore } from '../src/store/open-store.ts';
import { type Figure, figure, median } from './figure.ts';

interface Row extends StoredRecord {
  readonly name: string;
  readonly filling: string;
}

const ROWS: CollectionSpec<Row> = { name: 'rows', unique: { name: (row) => row.name } };

/** With the name and the JSON around it, about the 250 bytes of an instance's record. */
const FILLING = 'x'.repeat(190);

const ROUNDS = 7;
const COMMITS_PER_ROUND = 300;
const CREATES_PER_ROUND = 3200;
const AT_ONCE = 64;

/** Both sides of each figure are measured in turns, in one run: disks differ too much for absolute numbers. */
export async function* benchStore(): AsyncIterable<Figure> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-store-'));
  const [small, large] = await Promise.all([storeOf(join(dir, 'small'), 100), storeOf(join(dir, 'large'), 100_000)]);
  const bare = await open(join(dir, 'bare'), 'a');
  try {
    const line = `${JSON.stringify(['rows', 'bare-12345', row('bare-12345')])}\n`;
    yield await compare('one durable commit', 'us', 'a bare append and fdatasync', 'ratio <= 1.3', {
      ours: () => medianMicroseconds((number) => create(small, `commit ${number}`)),
      other: () =>
        medianMicroseconds(async () => {
          await bare.write(line);
          await bare.datasync();
        }),
      betweenRounds: () => dropCreated(small),
    });
    yield await compare('durable creates at 100,000 records, 64 at once', '/s', 'at 100 records', 'ratio >= 0.8', {
      ours: () => createsPerSecond(large),
      other: () => createsPerSecond(small),
      betweenRounds: () => Promise.all([dropCreated(large), dropCreated(small)]),
    });
  } finally {
    await Promise.all([small.close(), large.close(), bare.close()]);
    await rm(dir, { recursive: true });
  }
}

interface Sides {
  readonly ours: () => Promise<number>;
  readonly other: () => Promise<number>;
  readonly betweenRounds: () => Promise<unknown>;
}

async function compare(
  name: string,
  unit: string,
  against: string,
  goal: string,
  { ours, other, betweenRounds }: Sides,
): Promise<Figure> {
  const rounds: { ours: number; other: number }[] = [];
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const oursFirst = round % 2 === 0;
    const first = oursFirst ? await ours() : await other();
    const second = oursFirst ? await other() : await ours();
    if (round > 0) rounds.push(oursFirst ? { ours: first, other: second } : { ours: second, other: first });
    await betweenRounds();
  }
  const ofOurs = median(rounds.map((round) => round.ours));
  const ofOther = median(rounds.map((round) => round.other));
  return figure(name, unit, ofOurs, ofOther, against, goal);
}

async function storeOf(dir: string, records: number): Promise<Store> {
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };
  const store = await openStore({ dir, log, collections: [ROWS] });
  await store.commit((tx) => {
    for (let number = 0; number < records; number += 1) tx.collection(ROWS).put(row(`kept ${number}`));
  });
  return store;
}

async function medianMicroseconds(work: (number: number) => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let number = 0; number < COMMITS_PER_ROUND; number += 1) {
    const begin = performance.now();
    await work(number);
    times.push((performance.now() - begin) * 1000);
  }
  return median(times);
}

async function createsPerSecond(store: Store): Promise<number> {
  let number = 0;
  const lane = async () => {
    while (number < CREATES_PER_ROUND) await create(store, `create ${number++}`);
  };
  const begin = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return CREATES_PER_ROUND / ((performance.now() - begin) / 1000);
}

async function create(store: Store, id: string): Promise<void> {
  await store.commit((tx) => tx.collection(ROWS).put(row(id)));
}

async function dropCreated(store: Store): Promise<void> {
  await store.commit((tx) => {
    for (let number = 0; number < CREATES_PER_ROUND; number += 1) {
      tx.collection(ROWS).delete(`create ${number}`);
      tx.collection(ROWS).delete(`commit ${number}`);
    }
  });
}

function row(id: string): Row {
  return { id, name: id, filling: FILLING };
}
