/** Pins that a shelf is read again where its stream gets another leader: one time after the other, and whatever was told since. */

import { expect, it, vi } from 'vitest';
import { follow } from '../../src/cluster/shelf/following.ts';
import type { Kept } from '../../src/core/cluster/shelf.ts';
import { createFairQueue } from '../../src/core/timing/fair-queue.ts';
import { recordingLog } from '../support/recording-log.ts';

const kept = (position: number): Kept => ({ key: [], position, mark: '', bytes: new Uint8Array() });

it('what is on a shelf is told whole, and once more, when its stream gets another leader while it is read', async () => {
  const reads: ((found: Kept[]) => void)[] = [];
  const { told, changeLeader, following } = shelf(() => new Promise((resolve) => void reads.push(resolve)));
  await turns();
  changeLeader();
  await turns();
  reads[0]?.([kept(1)]);
  await turns();
  reads[1]?.([kept(1), kept(2)]);
  await following;
  await turns();
  expect(told).toEqual([1, 'again', 1, 2]);
  expect(reads).toHaveLength(2);
});

/** @param read what is there, as its server says */
function shelf(read: () => Promise<Kept[]>) {
  const told: (number | 'again')[] = [];
  let say = (_: number) => {};
  let changeLeader = () => {};
  const nats = {
    subscribe(_: string, { callback }: { callback: (error: null, message: object) => void }) {
      say = (position) => callback(null, { subject: 'shelf', data: new Uint8Array(), headers: headersOf(position) });
      return { unsubscribe: () => undefined };
    },
    flush: async () => undefined,
  };
  // As far as it is used here.
  const connection = { nats, isUp: true, onChange: () => () => undefined } as never;
  const following = follow(
    {
      ...{ connection, log: recordingLog(), subject: 'shelf', keptOf: ({ position }) => kept(position) },
      read,
      near: async () => [],
      turns: createFairQueue({ running: 1 }),
      onLeader(listener) {
        changeLeader = listener;
        return () => undefined;
      },
    },
    [],
    ({ position }) => told.push(position),
    () => told.push('again'),
  );
  return { told, following, say: (position: number) => say(position), changeLeader: () => changeLeader() };
}

/** One entry is there, and told, when it begins. */
async function followed() {
  const there = [kept(1)];
  const { following, ...rest } = shelf(async () => [...there]);
  return { ...rest, there, stop: await following };
}

const headersOf = (position: number) => new Map([['Nats-Sequence', String(position)]]);
const turns = () => new Promise((resolve) => setImmediate(resolve));

it('what its former leader told nobody is known in the end, though something later was told before', async () => {
  const { told, there, say, changeLeader, stop } = await followed();
  there.push(kept(2), kept(3));
  say(3);
  changeLeader();
  await turns();
  expect(told).toEqual([1, 3, 'again', 1, 2, 3]);
  stop();
});

it('what was missed though nothing was lost is known after five minutes, and whoever has stopped reads nothing any more', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { told, there, stop } = await followed();
  there.push(kept(2));
  vi.advanceTimersByTime(299_000);
  await turns();
  expect(told).toEqual([1]);
  vi.advanceTimersByTime(2000);
  await turns();
  expect(told).toEqual([1, 'again', 1, 2]);
  stop();
  vi.advanceTimersByTime(600_000);
  await turns();
  expect(told).toHaveLength(4);
  vi.useRealTimers();
});
