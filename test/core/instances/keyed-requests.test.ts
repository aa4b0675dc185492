/** Pins what a key of the client's means: the same request is done once, another one under it is told apart, and nothing is kept for ever. */

import { beforeEach, expect, it } from 'vitest';
import { createInstanceRequests, INSTANCE_REQUESTS } from '../../../src/core/instances/keyed-requests.ts';
import { fakeProvisioner } from '../../support/instances/fake-provisioner.ts';
import { newWorld, scripted, type World } from '../../support/instances/world.ts';

const DAY_MS = 86_400_000;
const ASKED = { owner: 'anna', key: 'k', request: 'one instance' };

let world: World;
let requests: ReturnType<typeof createInstanceRequests>;

beforeEach(async () => {
  world = await newWorld(fakeProvisioner());
  requests = createInstanceRequests(world.store, scripted([]), world.clock);
});

const kept = () => world.store.collection(INSTANCE_REQUESTS);

/** As the one that comes first does it. */
async function make(asked: typeof ASKED, instanceId: string): Promise<void> {
  const claim = requests.claim(asked);
  if (claim.kind !== 'first') throw new Error(`it is ${claim.kind}`);
  await world.store.commit((tx) => claim.remember(tx, instanceId));
  claim.release();
}

it('a retry finds what the first one made, for a day and no longer', async () => {
  await make(ASKED, 'i1');
  expect(requests.claim(ASKED)).toEqual({ kind: 'done', instanceId: 'i1' });
  world.clock.advance(DAY_MS - 1000);
  expect(requests.claim(ASKED)).toEqual({ kind: 'done', instanceId: 'i1' });
  world.clock.advance(1000);
  expect(requests.claim(ASKED).kind).toBe('first');
});

it('another request under the key is told apart, while the first one runs and afterwards', async () => {
  const other = { ...ASKED, request: 'another' };
  const claim = requests.claim(ASKED);
  expect([requests.claim(ASKED), requests.claim(other)]).toEqual([{ kind: 'running' }, { kind: 'other request' }]);
  if (claim.kind === 'first') claim.release();
  await make(ASKED, 'i1');
  expect(requests.claim(other)).toEqual({ kind: 'other request' });
});

it('what came to nothing is free again, and keys of others are others', async () => {
  const claim = requests.claim(ASKED);
  if (claim.kind === 'first') claim.release();
  await make(ASKED, 'i1');
  await make({ ...ASKED, owner: 'bert' }, 'i2');
  expect(requests.claim(ASKED)).toEqual({ kind: 'done', instanceId: 'i1' });
  expect(requests.claim({ ...ASKED, owner: 'bert' })).toEqual({ kind: 'done', instanceId: 'i2' });
});

it('of two bridges that were asked at once the quicker one has done it, and the other says so', async () => {
  const other = createInstanceRequests(world.store, scripted([]), world.clock).claim(ASKED);
  if (other.kind !== 'first') throw new Error(`it is ${other.kind}`);
  await make(ASKED, 'i1');
  await expect(world.store.commit((tx) => other.remember(tx, 'i2'))).rejects.toMatchObject({
    code: 'unavailable',
    message: 'Another bridge was quicker with this Idempotency-Key: ask again',
  });
  expect(requests.claim(ASKED)).toEqual({ kind: 'done', instanceId: 'i1' });
});

it('neither owner nor key is kept', async () => {
  await make({ owner: 'anna-4711', key: 'key-4712', request: 'request-4713' }, 'i1');
  expect(JSON.stringify([...kept().values()])).not.toMatch(/471[123]/);
});

it('what has expired goes with the next ones, twenty at a time, the oldest first', async () => {
  for (let count = 0; count < 45; count += 1) await make({ ...ASKED, key: `old ${count}` }, 'i');
  world.clock.advance(DAY_MS);
  await make({ ...ASKED, key: 'new 1' }, 'i');
  expect(kept().size).toBe(26);
  await make({ ...ASKED, key: 'new 2' }, 'i');
  await make({ ...ASKED, key: 'new 3' }, 'i');
  expect(kept().size).toBe(3);
});

it('of one owner the latest thousand are kept, and those of others are not touched', async () => {
  await make({ ...ASKED, owner: 'bert' }, 'i');
  for (let count = 0; count < 1001; count += 1) await make({ ...ASKED, key: `${count}` }, `i${count}`);
  expect(kept().size).toBe(1001);
  expect(requests.claim({ ...ASKED, key: '0' }).kind).toBe('first');
  expect(requests.claim({ ...ASKED, key: '1' })).toEqual({ kind: 'done', instanceId: 'i1' });
  expect(requests.claim({ ...ASKED, owner: 'bert' })).toEqual({ kind: 'done', instanceId: 'i' });
});
