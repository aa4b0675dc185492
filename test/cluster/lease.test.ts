/** Pins who has a lease: one at a time, another after two seconds of silence, and no change by whoever has lost it. */

import { Low } from 'lowdb';
import { beforeEach, describe, expect, it } from 'vitest';
import { createLease, type Lease } from '../../src/cluster/leases/lease.ts';
import type { Beat, Pulse } from '../../src/cluster/leases/pulse.ts';
import { LEASES } from '../../src/cluster/leases/records.ts';
import type { CollectionSpec, Store, StoredRecord } from '../../src/core/store.ts';
import { JournalLog } from '../../src/store/journal/journal-log.ts';
import { LogAdapter } from '../../src/store/log-adapter.ts';
import { lowStore } from '../../src/store/low-store.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { StoreData } from '../../src/store/store-data.ts';
import { CrashDisk } from '../store/crash-disk.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

const TICKS: CollectionSpec<StoredRecord & { readonly by: string; readonly epoch: number }> = {
  name: 'ticks',
  unique: {},
};
const collections = [TICKS, LEASES];

interface Bridge {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly lease: Lease;
  readonly lost: () => string[];
  /** Whether its work goes on. */
  isAtWork: boolean;
  readonly takesOver: boolean[];
  /** Whether the others hear it. */
  isHeard: boolean;
  canReachLog: boolean;
}

describe('a lease', () => {
  let journal: JournalLog;
  let bridges: Bridge[];
  let hearing: Set<{ readonly by: () => Bridge; readonly hear: (beat: Beat) => void }>;
  beforeEach(() => {
    const paths = { journal: '/j', lastGood: '/j.last-good', fresh: '/j.new', torn: '/j.torn' };
    const options = { fs: new CrashDisk(), paths, log: recordingLog(), collections, migrations: MIGRATIONS };
    journal = new JournalLog({ ...options, slackBytes: 1e6 });
    bridges = [];
    hearing = new Set();
  });

  async function bridge(holder: string): Promise<Bridge> {
    const log = recordingLog();
    const db = new Low(new LogAdapter(journal, log), new StoreData(collections));
    await db.read();
    const store = lowStore(db, { fault: null, trouble: null, close: async () => undefined });
    const clock = manualClock();
    const pulse: Pulse = {
      beat: (beat) => {
        for (const { by, hear } of hearing) if (self.isHeard || by() === self) hear(beat);
      },
      onBeat: (hear) => {
        const entry = { by: () => self, hear };
        hearing.add(entry);
        return () => hearing.delete(entry);
      },
      reachLog: async () => {
        if (!self.canReachLog) throw new Error('no answer');
      },
    };
    const lease = createLease({ id: 'leader', holder, store, pulse, clock, log });
    const prefix = 'the lease is lost: ';
    const lost = () =>
      log.lines.flatMap(({ message }) => (message.startsWith(prefix) ? [message.slice(prefix.length)] : []));
    const takesOver: boolean[] = [];
    lease.whileLeading((term) => {
      takesOver.push(term.takesOver);
      self.isAtWork = true;
      return () => {
        self.isAtWork = false;
      };
    });
    const self: Bridge = { clock, store, lease, lost, isHeard: true, canReachLog: true, isAtWork: false, takesOver };
    bridges.push(self);
    return self;
  }

  /** For all that are not asleep, in steps between which everything that was begun is done. */
  async function pass(ms: number, asleep: readonly Bridge[] = []): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      for (const each of bridges) if (!asleep.includes(each)) each.clock.advance(100);
      await settled();
    }
  }

  const settled = async () => {
    for (let i = 0; i < 30; i += 1) await Promise.resolve();
  };
  const tick = ({ lease }: Bridge) =>
    lease.commit((tx) => {
      const id = String(tx.nextId('ticks'));
      tx.collection(TICKS).put({ id, by: lease.holder ?? '', epoch: lease.epoch ?? -1 });
    });
  const epochs = () => bridges.map(({ lease }) => lease.epoch);

  it('is taken by one of two that begin at once, and kept for as long as it is heard', async () => {
    const [a, b] = [await bridge('a'), await bridge('b')];
    await pass(60_000);
    expect(epochs().filter((epoch) => epoch !== undefined)).toEqual([1]);
    expect(a.lease.holder).toBe(b.lease.holder);
    expect([...a.lost(), ...b.lost()]).toEqual([]);
    expect([a.isAtWork, b.isAtWork]).toEqual([a.lease.epoch === 1, b.lease.epoch === 1]);
  });

  it('is taken over after two seconds of silence, and not before', async () => {
    const a = await bridge('a');
    await pass(1000);
    const b = await bridge('b');
    await pass(1000);
    await pass(1900, [a]);
    expect(epochs()).toEqual([1, undefined]);
    await pass(600, [a]);
    expect(b.lease.epoch).toBe(2);
    expect([a.takesOver, b.takesOver]).toEqual([[false], [true]]);
  });

  it('lets nobody change anything who has lost it, also one that slept through that', async () => {
    const a = await bridge('a');
    await pass(1000);
    await tick(a);
    const b = await bridge('b');
    await expect(tick(b)).rejects.toMatchObject({ code: 'unavailable' });
    await pass(4500, [a]);
    await tick(b);
    expect(a.lease.leads).toBe(false);
    await expect(tick(a)).rejects.toMatchObject({ code: 'unavailable' });
    expect(a.lost()).toEqual(['another bridge has taken it']);
    expect([...b.store.collection(TICKS).values()].map(({ epoch }) => epoch)).toEqual([1, 2]);
    await pass(5000);
    expect(epochs()).toEqual([undefined, 2]);
  });

  it('is not heard of by a bridge whose beats are older than the lease', async () => {
    const a = await bridge('a');
    await pass(1000);
    const b = await bridge('b');
    await pass(4500, [a]);
    expect(b.lease.epoch).toBe(2);
    const c = await bridge('c');
    b.isHeard = false;
    for (let i = 0; i < 10; i += 1) {
      for (const { hear } of hearing) hear({ lease: 'leader', epoch: 1, holder: 'a' });
      await pass(300, [b, a]);
    }
    expect(c.lease.epoch).toBe(3);
  });

  it('is given back at an orderly end, and taken at once', async () => {
    const a = await bridge('a');
    await pass(1000);
    const b = await bridge('b');
    await a.lease.close();
    bridges.shift();
    await pass(500);
    expect(b.lease.epoch).toBe(2);
    expect(a.lost()).toEqual([]);
  });

  it('ends by itself for a bridge that has not reached the log for eight seconds', async () => {
    const a = await bridge('a');
    await pass(1000);
    a.canReachLog = false;
    await pass(8000);
    expect(a.lease.epoch).toBe(1);
    await pass(1000);
    expect(a.lost()).toEqual(['the log of the cluster is out of reach']);
    // The log says so still, as far as it is known here.
    expect(a.lease.holder).toBeUndefined();
    await expect(tick(a)).rejects.toMatchObject({ code: 'unavailable' });
    expect(a.isAtWork).toBe(false);
  });

  it('comes back to one that had lost it, as a new term', async () => {
    const a = await bridge('a');
    await pass(1000);
    const b = await bridge('b');
    await pass(4500, [a]);
    await pass(1000);
    expect([a.isAtWork, b.isAtWork]).toEqual([false, true]);
    await pass(4500, [b]);
    expect(a.lease.epoch).toBe(3);
    expect([a.isAtWork, a.takesOver]).toEqual([true, [false, true]]);
    await tick(a);
  });

  it('is in doubt for one that stood still, until it has seen in the log that nobody took it', async () => {
    const a = await bridge('a');
    await pass(1000);
    expect(a.lease.leads).toBe(true);
    a.clock.sleep(3000);
    expect(a.lease.leads).toBe(false);
    await pass(1000);
    expect([a.lease.leads, a.lease.epoch, a.isAtWork]).toEqual([true, 1, true]);
  });
});
