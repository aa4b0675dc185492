/** Pins that what two bridges know of rented instances, beside the records, is what a third one would make of the records: whatever both are asked at once. */

import fc from 'fast-check';
import { Low } from 'lowdb';
import { expect, it } from 'vitest';
import { USERS } from '../../../src/core/accounts/records.ts';
import type { Leadership } from '../../../src/core/cluster/leadership.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import type { Store } from '../../../src/core/store.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { JournalLog } from '../../../src/store/journal/journal-log.ts';
import { LogAdapter } from '../../../src/store/log-adapter.ts';
import { lowStore } from '../../../src/store/low-store.ts';
import { MIGRATIONS } from '../../../src/store/migrations.ts';
import { StoreData } from '../../../src/store/store-data.ts';
import { CrashDisk } from '../../store/crash-disk.ts';
import { fakeProvisioner } from '../../support/instances/fake-provisioner.ts';
import { ANNA, BERT, PLAIN, run } from '../../support/instances/world.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';

const PEOPLE = [ANNA, BERT];
const LIMIT = 4;

/** Another one leads. */
const FOLLOWING: Leadership = {
  leads: false,
  epoch: undefined,
  commit: () => Promise.reject(new ApiError('unavailable')),
  whileLeading: () => async () => undefined,
};

async function twoBridges() {
  const paths = { journal: '/j', lastGood: '/j.last-good', fresh: '/j.new', torn: '/j.torn' };
  const options = { fs: new CrashDisk(), paths, log: recordingLog(), migrations: MIGRATIONS, slackBytes: 1e6 };
  const journal = new JournalLog({ ...options, collections: COLLECTIONS });
  const broker = fakeProvisioner();
  const clock = manualClock();
  const open = async (leadership: Leadership, at = broker) => {
    const db = new Low(new LogAdapter(journal, recordingLog()), new StoreData(COLLECTIONS));
    await db.read();
    const store: Store = lowStore(db, { fault: null, trouble: null, close: async () => undefined });
    const { instances, requests } = run({ store, broker: at, clock }, { leadership });
    return { store, instances, requests };
  };
  /** Leads, in a cluster: what others have begun is not its own to end at once. */
  const leading: Leadership = {
    leads: true,
    epoch: 1,
    commit: () => Promise.reject(new ApiError('unavailable')),
    whileLeading(begin) {
      const end = begin({ takesOver: false });
      return async () => end();
    },
  };
  const [a, b] = [await open(leading), await open(FOLLOWING)];
  await a.store.commit((tx) => {
    for (const { user } of PEOPLE) tx.collection(USERS).put(user);
  });
  return { a, b, open, broker, clock };
}

type Bridge = Awaited<ReturnType<Awaited<ReturnType<typeof twoBridges>>['open']>>;

/** Everything that is not a record, as it is seen. */
function knownBy({ instances, requests }: Bridge, keys: readonly string[]) {
  const query = { offset: 0, limit: 1000, descending: false };
  return {
    owners: PEOPLE.map((caller) => {
      const all = instances.list(caller, { ...query, search: '' });
      const names = all.records.map(({ user }) => user);
      const found = names.map((name) => instances.list(caller, { ...query, search: name.slice(2, 6) }).filtered);
      return { all, found, plan: instances.plan(caller) };
    }),
    keys: keys.map((key) => requests.claim({ owner: ANNA.user.ownerId, key, request: 'same' }).kind),
  };
}

async function carryOut({ instances, requests }: Bridge, deed: Deed): Promise<void> {
  const caller = PEOPLE[deed.person] ?? ANNA;
  const own = instances.list(caller, { offset: 0, limit: 1000, descending: false, search: '' }).records;
  const id = own[deed.pick % Math.max(1, own.length)]?.id ?? 'none';
  switch (deed.kind) {
    case 'create':
      return void (await instances.create(caller, PLAIN));
    case 'keyed': {
      const claim = requests.claim({ owner: ANNA.user.ownerId, key: String(deed.pick % 3), request: 'same' });
      if (claim.kind !== 'first') return;
      try {
        await instances.create(ANNA, PLAIN, claim.remember);
      } finally {
        claim.release();
      }
      return;
    }
    case 'remove':
      return void (await instances.remove(caller, id));
    case 'rotate':
      return void (await instances.rotate(caller, id, 0));
    case 'label':
      return void (await instances.update(caller, id, { label: `label ${deed.pick}` }));
  }
}

const KINDS = ['create', 'create', 'keyed', 'remove', 'rotate', 'label'] as const;
const DEED = fc.record({
  who: fc.constantFrom(0, 1),
  kind: fc.constantFrom(...KINDS),
  person: fc.constantFrom(0, 1),
  pick: fc.nat(20),
  waits: fc.boolean(),
});
type Deed = typeof DEED extends fc.Arbitrary<infer T> ? T : never;

it('both know in the end what a third one makes of the records, and no plan is exceeded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(DEED, { minLength: 1, maxLength: 40 }), async (deeds) => {
      const { a, b, open } = await twoBridges();
      const under: Promise<void>[] = [];
      for (const deed of deeds) {
        const done = carryOut(deed.who === 0 ? a : b, deed).catch((error: unknown) =>
          expect(error).toBeInstanceOf(ApiError),
        );
        under.push(done);
        if (deed.waits) await done;
      }
      await Promise.all(under);
      // Behind all that is on its way.
      for (const { store } of [a, b, a]) await store.commit((tx) => tx.nextId('marks'));
      const keys = ['0', '1', '2'];
      const third = knownBy(await open(FOLLOWING), keys);
      expect(knownBy(a, keys)).toEqual(third);
      expect(knownBy(b, keys)).toEqual(third);
      for (const { plan } of third.owners) expect(plan.used).toBeLessThanOrEqual(LIMIT);
    }),
    { numRuns: 60 },
  );
});

it('exactly as many are granted as the plan has when forty are asked of both at once', async () => {
  const { a, b } = await twoBridges();
  const asked = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? a : b).instances.create(ANNA, PLAIN));
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(LIMIT);
});

async function settled(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

it('what a bridge has begun and does not end is ended by the one that leads, and not before', async () => {
  const { a, open, broker, clock } = await twoBridges();
  await a.instances.start();
  const old = await a.instances.create(ANNA, PLAIN);
  const silent = fakeProvisioner();
  silent.hold('provision');
  silent.hold('deprovision');
  const dying = await open(FOLLOWING, silent);
  void dying.instances.create(ANNA, PLAIN);
  void dying.instances.remove(ANNA, old.id);
  await settled();
  expect(a.instances.plan(ANNA).used).toBe(2);
  const removals = () => broker.deeds.filter((deed) => deed === `deprovision ${old.user}`).length;
  clock.advance(14_000);
  await settled();
  expect(removals()).toBe(0);
  clock.advance(1000);
  await settled();
  expect(removals()).toBe(1);
  clock.advance(44_000);
  await settled();
  expect(a.instances.plan(ANNA).used).toBe(1);
  clock.advance(1000);
  await settled();
  expect(a.instances.plan(ANNA).used).toBe(0);
});
