/** Pins the records of instances step by step: what counts against a plan, what nobody sees yet, and what a failure leaves behind. */

import { beforeEach, describe, expect, it } from 'vitest';
import { USERS } from '../../../src/core/accounts/records.ts';
import { createInstanceLedger, type InstanceLedger, nextDeadlineMs } from '../../../src/core/instances/ledger.ts';
import { INSTANCES, type InstanceRecord } from '../../../src/core/instances/records.ts';
import { fakeProvisioner } from '../../support/instances/fake-provisioner.ts';
import { ANNA, BERT, newWorld, PLAIN, scripted, type World } from '../../support/instances/world.ts';

const PAGE = { search: '', offset: 0, limit: 100, descending: false };
const OWNER = ANNA.user.ownerId;

let world: World;
let changed: string[];
let ledger: InstanceLedger;

const open = () =>
  createInstanceLedger({
    ...world,
    secrets: scripted([]),
    limit: 2,
    reservedNames: [],
    changed: (id) => changed.push(id),
  });

beforeEach(async () => {
  world = await newWorld(fakeProvisioner());
  changed = [];
  ledger = open();
});

describe('one that is being made', () => {
  it('counts against the plan of its owner and of nobody else, and is seen by nobody', async () => {
    const { id, status } = await ledger.begin(ANNA.user, PLAIN);
    expect([status, ledger.isBegun(id)]).toEqual(['creating', true]);
    expect([ledger.plan(ANNA.user), ledger.plan(BERT.user)]).toEqual([
      { used: 1, limit: 2 },
      { used: 0, limit: 2 },
    ]);
    expect(() => ledger.own(OWNER, id)).toThrow('No such MQTT instance');
    expect(ledger.list(OWNER, PAGE)).toEqual({ records: [], total: 0, filtered: 0 });
  });

  it('counts no more when it came to nothing, and only once when it is there', async () => {
    const [first, second] = [await ledger.begin(ANNA.user, PLAIN), await ledger.begin(ANNA.user, PLAIN)];
    ledger.abandon(first.id);
    await ledger.activate(second.id);
    expect([ledger.isBegun(first.id), ledger.isBegun(second.id)]).toEqual([false, false]);
    expect(ledger.plan(ANNA.user).used).toBe(1);
    expect(ledger.list(OWNER, PAGE)).toMatchObject({ records: [{ id: second.id, status: 'active' }], total: 1 });
  });

  it('is still unfinished after a restart: it is in no list, and takes no place', async () => {
    await ledger.begin(ANNA.user, PLAIN);
    const { id } = await ledger.begin(ANNA.user, PLAIN);
    await ledger.activate(id);
    ledger = open();
    expect(ledger.list(OWNER, PAGE).records.map((one) => one.id)).toEqual([id]);
    expect(ledger.plan(ANNA.user).used).toBe(1);
  });

  it('is refused where the plan is full, in the words of the contract', async () => {
    await world.store.commit((tx) => tx.collection(USERS).put({ ...ANNA.user, instanceLimit: 0 }));
    await expect(ledger.begin(ANNA.user, PLAIN)).rejects.toMatchObject({
      code: 'forbidden',
      message: 'Maximum number of MQTT instances reached. Please upgrade your account.',
    });
  });

  it('is refused to a user who was deleted meanwhile, and takes no place', async () => {
    await world.store.commit((tx) => tx.collection(USERS).delete(ANNA.user.id));
    await expect(ledger.begin(ANNA.user, PLAIN)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(ledger.plan(ANNA.user)).toEqual({ used: 0, limit: 2 });
    expect(world.store.collection(INSTANCES).size).toBe(0);
  });
});

describe('one that is there', () => {
  let id: string;

  beforeEach(async () => {
    ({ id } = await ledger.begin(ANNA.user, PLAIN));
    await ledger.activate(id);
    changed = [];
  });

  it('has a revision more with each change, and is told of as changed', async () => {
    const { before, after } = await ledger.change(id, (record) => ({ ...record, label: 'porch' }));
    expect([after.revision - before.revision, after.label, changed]).toEqual([1, 'porch', [id]]);
  });

  it('is absent for a change where it is absent', async () => {
    await expect(ledger.change('f'.repeat(24), (record) => record)).rejects.toMatchObject({
      code: 'not_found',
      message: 'No such MQTT instance',
    });
    expect(changed).toEqual([]);
  });

  it('lets nobody in any more once it is denied: its generation is a later one', async () => {
    const { generation } = ledger.own(OWNER, id);
    const denied = await ledger.deny(id);
    expect([denied.status, denied.generation]).toEqual(['deleting', generation + 1]);
  });

  it('is buried once, and its place is free', async () => {
    await ledger.bury(id);
    await ledger.bury(id);
    expect(ledger.list(OWNER, PAGE)).toEqual({ records: [], total: 0, filtered: 0 });
    expect(ledger.plan(ANNA.user).used).toBe(0);
  });
});

describe('the next moment at which one changes by itself', () => {
  const NOW = Date.parse('2026-11-21T12:00:00Z');
  const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
  let record: InstanceRecord;

  beforeEach(async () => {
    const { id } = await ledger.begin(ANNA.user, PLAIN);
    record = await ledger.activate(id);
  });

  it('is the earlier one of its own end and that of its former password', () => {
    const former = { verifier: '', until: at(60) };
    expect(nextDeadlineMs({ ...record, former, expiresAt: at(30) }, NOW)).toBe(NOW + 30_000);
    expect(nextDeadlineMs({ ...record, former, expiresAt: at(90) }, NOW)).toBe(NOW + 60_000);
    expect(nextDeadlineMs({ ...record, expiresAt: at(90) }, NOW)).toBe(NOW + 90_000);
    expect(nextDeadlineMs({ ...record, former }, NOW)).toBe(NOW + 60_000);
  });

  it('is none without either, after its end, and while it is being removed', () => {
    expect(nextDeadlineMs(record, NOW)).toBeUndefined();
    expect(nextDeadlineMs({ ...record, expiresAt: at(-1) }, NOW)).toBeUndefined();
    expect(nextDeadlineMs({ ...record, status: 'deleting', expiresAt: at(90) }, NOW)).toBeUndefined();
  });
});
