/** Pins who may write of a session: whoever has taken it over last, and nobody who was away meanwhile. */

import { expect, it } from 'vitest';
import { Outgoing } from '../../../../src/brokers/embedded/backbone/shared/outgoing.ts';
import { OwnWrites } from '../../../../src/brokers/embedded/backbone/shared/own-writes.ts';
import { writeSession } from '../../../../src/brokers/embedded/backbone/shared/records.ts';
import { createSessionRecords } from '../../../../src/brokers/embedded/backbone/shared/session-records.ts';
import { memoryShelf } from '../../../support/cluster/memory-shelf.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { recordingLog } from '../../../support/recording-log.ts';

const KEY = ['alice', 'instance:alice', 'away'] as const;
const ACCOUNT = { key: 'instance:alice', kind: 'instance', username: 'alice', generation: 1 } as const;
const FACTS = { account: ACCOUNT, clientId: 'away', expirySeconds: 60, awaySinceMs: undefined };

function recordOf(at: string, turn: number): Buffer {
  const nothing = { filters: new Map(), received: new Set<number>(), flights: [], sentTo: 0, doubtTo: 0 };
  return writeSession({ at, turn, born: 'b', facts: FACTS, ...nothing });
}

function brokerOn(shelf: ReturnType<typeof memoryShelf>, at: string) {
  let marks = 0;
  const newMark = () => `${at}-${++marks}`;
  const outgoing = new Outgoing({ clock: manualClock(), log: recordingLog(), newMark, own: new OwnWrites() });
  const records = createSessionRecords({ at, shelf, outgoing });
  const stored = () => new Promise<void>((resolve) => outgoing.durable(resolve));
  return {
    records,
    async write(turn: number): Promise<boolean> {
      let isLost = false;
      records.write(
        KEY,
        turn,
        () => ({ bytes: recordOf(at, turn) }),
        () => {
          isLost = true;
        },
      );
      await stored();
      return !isLost;
    },
  };
}

it('takes what the broker writes that has the session, one after the other', async () => {
  const one = brokerOn(memoryShelf(), 'one');
  expect([await one.write(1), await one.write(1), await one.write(1)]).toEqual([true, true, true]);
});

it('refuses a broker whose session another has taken over meanwhile, and leaves what that one wrote', async () => {
  const shelf = memoryShelf();
  const [one, other] = [brokerOn(shelf, 'one'), brokerOn(shelf, 'other')];
  await one.write(1);
  other.records.adopt(KEY, (await shelf.last(KEY))?.position ?? 0, { born: 'b', turn: 2, doubtTo: 0, lastPosition: 0 });
  expect(await other.write(2)).toBe(true);
  expect(await one.write(1)).toBe(false);
  expect((await shelf.last(KEY))?.bytes).toEqual(recordOf('other', 2));
});

it('lets who has taken it over write behind what came late from the former one', async () => {
  const shelf = memoryShelf();
  const [one, other] = [brokerOn(shelf, 'one'), brokerOn(shelf, 'other')];
  await one.write(1);
  other.records.adopt(KEY, (await shelf.last(KEY))?.position ?? 0, { born: 'b', turn: 2, doubtTo: 0, lastPosition: 0 });
  await one.write(1);
  expect(await other.write(2)).toBe(true);
  expect((await shelf.last(KEY))?.bytes).toEqual(recordOf('other', 2));
});

it('writes nothing over a session that was removed', async () => {
  const shelf = memoryShelf();
  const [one, other] = [brokerOn(shelf, 'one'), brokerOn(shelf, 'other')];
  await one.write(1);
  await shelf.put(KEY, Buffer.alloc(0), 'removal');
  expect(await one.write(1)).toBe(false);
  expect((await shelf.last(KEY))?.bytes).toHaveLength(0);
  expect(await other.write(1)).toBe(false);
});
