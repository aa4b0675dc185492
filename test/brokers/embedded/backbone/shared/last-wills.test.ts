/** Pins that saying a will holds its account no longer than it takes, however that ends. */

import { expect, it } from 'vitest';
import type { Here } from '../../../../../src/brokers/embedded/backbone/backbone.ts';
import { createLastWills } from '../../../../../src/brokers/embedded/backbone/shared/last-wills.ts';
import { Outgoing } from '../../../../../src/brokers/embedded/backbone/shared/outgoing.ts';
import { OwnWrites } from '../../../../../src/brokers/embedded/backbone/shared/own-writes.ts';
import { writeWill } from '../../../../../src/brokers/embedded/backbone/shared/records.ts';
import type { Shelf } from '../../../../../src/core/cluster/shelf.ts';
import { willOf } from '../../../../support/brokers/memory-peer.ts';
import { memoryShelf } from '../../../../support/cluster/memory-shelf.ts';
import { manualClock } from '../../../../support/manual-clock.ts';
import { recordingLog } from '../../../../support/recording-log.ts';

const ACCOUNT = { key: 'instance:alice', kind: 'instance', username: 'alice', generation: 1 } as const;
const CLIENT = { account: ACCOUNT, clientId: 'c' };

async function opened(shelf: Shelf, hold: () => Promise<void> = async () => undefined) {
  const [clock, log, own] = [manualClock(), recordingLog(), new OwnWrites()];
  const outgoing = new Outgoing({ clock, log, own, newMark: () => 'mark' });
  let holders = 0;
  const buckets = {
    async hold() {
      await hold();
      holders += 1;
    },
    letGo() {
      holders -= 1;
    },
  };
  const said: string[] = [];
  const wills = createLastWills({ shelf, outgoing, buckets: () => buckets, clock, log });
  const will = willOf();
  await shelf.put(['alice', ACCOUNT.key, 'c'], writeWill({ ...CLIENT, at: 'gone', will, dueAtMs: 1 }), 'will');
  return {
    wills,
    will,
    said,
    here: { publishWill: (_, { topic }) => void said.push(topic) } satisfies Pick<Here, 'publishWill'>,
    holders: () => holders,
  };
}

it('lets go of its account when the will is said, and when it cannot be taken away', async () => {
  const shelf = memoryShelf('newest');
  const failing: Shelf = {
    ...shelf,
    remove: async () => {
      throw new Error('the cluster does not answer');
    },
  };
  const unlucky = await opened(failing);
  await expect(unlucky.wills.sayOf(() => true, unlucky.here)).rejects.toThrow();
  expect([unlucky.holders(), unlucky.said]).toEqual([0, []]);
  const lucky = await opened(shelf);
  await lucky.wills.sayOf(() => true, lucky.here);
  expect([lucky.holders(), lucky.said]).toEqual([0, ['will']]);
});

it('does not let go of what it could not hold', async () => {
  const { wills, will, holders } = await opened(memoryShelf('newest'), async () => {
    throw new Error('the cluster does not answer');
  });
  wills.keep({ ...CLIENT, at: 'here', will, dueAtMs: 1 });
  await new Promise((resolve) => setImmediate(resolve));
  wills.drop(CLIENT);
  expect(holders()).toBe(0);
});
