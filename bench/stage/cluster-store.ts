/** Owns a store on the log of NATS servers, in this process, and how many durable creates it takes in a second. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectCluster } from '../../src/cluster/connection.ts';
import { openClusterLog } from '../../src/cluster/log/open-log.ts';
import { openStreams } from '../../src/cluster/log/streams.ts';
import type { CollectionSpec, StoredRecord } from '../../src/core/store.ts';
import { openStore } from '../../src/store/open-store.ts';

interface Row extends StoredRecord {
  readonly name: string;
  readonly filling: string;
}

const ROWS: CollectionSpec<Row> = { name: 'rows', unique: { name: (row) => row.name } };
/** With the name and the JSON around it, about the 250 bytes of an instance's record. */
const FILLING = 'x'.repeat(190);
const CREATES = 6400;
const WARM = 640;

/** @param atOnce how many wait for their answer at a time */
export async function createsOnLogPerSecond(urls: string, atOnce: number): Promise<number> {
  const quiet = () => undefined;
  const log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log };
  const name = 'bench-store';
  const dir = await mkdtemp(join(tmpdir(), 'bench-cluster-'));
  const servers = urls.split(',').map((url) => url.replace('nats://', ''));
  const connection = await connectCluster({ servers }, { log, name });
  const streams = await openStreams(connection.nats, name, log);
  const { over } = openClusterLog({ streams, log, isOurTurn: () => true });
  const store = await openStore({ dir, log, collections: [ROWS] }, over);
  let next = 0;
  const create = () =>
    store.commit((tx) => {
      const id = tx.nextId('rows');
      tx.collection(ROWS).put({ id: String(id), name: `row ${id}`, filling: FILLING });
    });
  const many = async (count: number) => {
    const end = next + count;
    const lane = async () => {
      while (next < end) {
        next += 1;
        await create();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  };
  try {
    await many(WARM);
    const begun = performance.now();
    await many(CREATES);
    return (CREATES / (performance.now() - begun)) * 1000;
  } finally {
    await store.close();
    await connection.close();
    await rm(dir, { recursive: true });
  }
}
