/** Pins which work on rented instances a bridge does of its own, and which it leaves to the bridge that began it: for how long, and whom it asks. */

import { beforeEach, describe, expect, it } from 'vitest';
import { createInstanceLedger, type InstanceLedger } from '../../../../src/core/instances/ledger.ts';
import { createInstanceKeeper, type KeeperSetup } from '../../../../src/core/instances/upkeep/keeper.ts';
import { eventually } from '../../../support/eventually.ts';
import { type FakeProvisioner, fakeProvisioner } from '../../../support/instances/fake-provisioner.ts';
import { ANNA, newWorld, PLAIN, scripted } from '../../../support/instances/world.ts';
import { recordingLog } from '../../../support/recording-log.ts';

const MINUTE_MS = 60_000;
const secrets = scripted([]);
const LEADS = { leads: true, epoch: 1 };
const ALONE = { leads: true, epoch: undefined };

let world: Awaited<ReturnType<typeof newWorld<FakeProvisioner>>>;
/** Of the bridge that is looked at, and of another one. */
let own: InstanceLedger;
let other: InstanceLedger;
let revoked: string[];
let log: ReturnType<typeof recordingLog>;

beforeEach(async () => {
  world = await newWorld(fakeProvisioner());
  revoked = [];
  log = recordingLog();
  own = ledgerOf();
  other = ledgerOf();
});

function ledgerOf(): InstanceLedger {
  const { store, clock } = world;
  return createInstanceLedger({ store, secrets, clock, limit: 9, reservedNames: [] });
}

function keeperOf(leadership: KeeperSetup['leadership']) {
  const { clock, broker: provisioner } = world;
  const setup = { secrets, clock, log, provisioner, leadership, revoked: (id: string) => void revoked.push(id) };
  return createInstanceKeeper(own, setup);
}

async function rented(details: typeof PLAIN | { label: null; expiresAt: string } = PLAIN) {
  const { id } = await other.begin(ANNA.user, details);
  return other.activate(id);
}

/** What is under way comes to its end. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('what another bridge has begun', () => {
  it('is its own for a minute, and is then taken back', async () => {
    const keeper = keeperOf(LEADS);
    await keeper.start();
    const record = await other.begin(ANNA.user, PLAIN);
    keeper.changedElsewhere(record);
    world.clock.advance(MINUTE_MS - 1);
    await settled();
    expect([own.get(record.id)?.status, world.broker.deeds]).toEqual(['creating', ['reconcile']]);
    world.clock.advance(1);
    await eventually(() => own.get(record.id) === undefined);
    await settled();
    expect(world.broker.deeds).toEqual(['reconcile', `deprovision ${record.user}`]);
    await keeper.close();
  });

  it('to remove is its own for a quarter of that', async () => {
    const keeper = keeperOf(LEADS);
    await keeper.start();
    const { id } = await rented();
    keeper.changedElsewhere(await other.deny(id));
    world.clock.advance(14_999);
    await settled();
    expect(own.get(id)?.status).toBe('deleting');
    world.clock.advance(1);
    await eventually(() => own.get(id) === undefined);
    await keeper.close();
  });

  it('and finished is ended here when it is due', async () => {
    const keeper = keeperOf(LEADS);
    await keeper.start();
    const expiresAt = new Date(world.clock.now() + 5000).toISOString();
    const record = await rented({ label: null, expiresAt });
    keeper.changedElsewhere(record);
    world.clock.advance(5000);
    await eventually(() => world.broker.accounts.get(record.user)?.enabled === false);
    expect(revoked).toEqual([record.id]);
    await keeper.close();
  });

  it('and was gone before it was due costs nothing, and no line in the log', async () => {
    const keeper = keeperOf(LEADS);
    await keeper.start();
    const record = await other.begin(ANNA.user, PLAIN);
    keeper.changedElsewhere(record);
    await other.bury(record.id);
    world.clock.advance(MINUTE_MS);
    await settled();
    expect([log.lines, revoked, world.broker.deeds]).toEqual([[], [], ['reconcile']]);
    await keeper.close();
  });

  it.each(['before its work began', 'after its work has ended'])('concerns no bridge %s', async (when) => {
    const keeper = keeperOf(LEADS);
    if (when.startsWith('after')) {
      await keeper.start();
      await keeper.rest();
    }
    const expiresAt = new Date(world.clock.now() + 5000).toISOString();
    const { id } = await rented();
    keeper.changedElsewhere(await rented({ label: null, expiresAt }));
    keeper.changedElsewhere(await other.begin(ANNA.user, PLAIN));
    keeper.changedElsewhere(await other.deny(id));
    expect(world.clock.waiting).toBe(0);
    await keeper.close();
  });
});

describe('a bridge that begins', () => {
  async function leftBehind() {
    const active = await rented();
    const begun = await other.begin(ANNA.user, PLAIN);
    const denied = await other.deny((await rented()).id);
    await world.broker.reconcile([]);
    return { active, begun, denied };
  }

  it('in a cluster ends removals at once, and creations when their minute is over', async () => {
    const { active, begun, denied } = await leftBehind();
    const keeper = keeperOf(LEADS);
    await keeper.start();
    expect(world.broker.deeds).toEqual(['reconcile', 'reconcile', `deprovision ${denied.user}`]);
    expect([...world.broker.accounts.keys()]).toEqual([active.user]);
    expect([...own.values()].map(({ id }) => id)).toEqual([active.id, begun.id]);
    world.clock.advance(MINUTE_MS);
    await eventually(() => own.get(begun.id) === undefined);
    await keeper.close();
  });

  it('alone ends both at once: there is nobody else at work', async () => {
    const { active, begun, denied } = await leftBehind();
    const keeper = keeperOf(ALONE);
    await keeper.start();
    const removals = [`deprovision ${begun.user}`, `deprovision ${denied.user}`];
    expect(world.broker.deeds).toEqual(['reconcile', 'reconcile', ...removals]);
    expect([...own.values()].map(({ id }) => id)).toEqual([active.id]);
    await keeper.close();
  });

  it('says what had drifted, also where as many were too many as too few', async () => {
    const { user } = await rented();
    await world.broker.reconcile([]);
    world.broker.meddle((accounts) => accounts.set('stranger', { passwords: [], enabled: true }));
    const keeper = keeperOf(ALONE);
    await keeper.start();
    expect(log.lines.map(({ level, fields }) => [level, fields])).toEqual([
      ['warn', { removed: ['stranger'], added: [user] }],
    ]);
    await keeper.close();
  });
});

describe('a bridge', () => {
  it('settles nothing that is gone, and nothing that it is still creating', async () => {
    const keeper = keeperOf(ALONE);
    const { id } = await own.begin(ANNA.user, PLAIN);
    await keeper.settle(id);
    await keeper.settle('nobody');
    expect([world.broker.deeds, log.lines, own.get(id)?.status]).toEqual([[], [], 'creating']);
    await keeper.close();
  });

  it('that has closed waits for nothing more', async () => {
    const keeper = keeperOf(ALONE);
    keeper.watch(await rented({ label: null, expiresAt: new Date(world.clock.now() + 5000).toISOString() }));
    await keeper.start();
    expect(world.clock.waiting).toBeGreaterThan(0);
    await keeper.close();
    expect(world.clock.waiting).toBe(0);
  });

  it('whose work ended while a change failed does not come back to it', async () => {
    const keeper = keeperOf(ALONE);
    const { id } = await rented();
    const until = new Date(world.clock.now() + 5000).toISOString();
    const { after } = await other.change(id, (record) => ({ ...record, former: { verifier: 'v', until } }));
    keeper.watch(after);
    let fail = (_why: Error) => {};
    world.store.commit = () => new Promise((_, reject) => (fail = reject));
    world.clock.advance(5000);
    await settled();
    await keeper.rest();
    fail(new Error('no room'));
    await eventually(() => log.lines.length === 1);
    expect(world.clock.waiting).toBe(0);
    await keeper.close();
  });
});
