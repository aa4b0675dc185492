/** Pins that a shelf is read one time after the other: also where its stream gets another leader while it is read for the first time. */

import { expect, it } from 'vitest';
import { follow } from '../../src/cluster/shelf/following.ts';
import type { Kept } from '../../src/core/cluster/shelf.ts';
import { recordingLog } from '../support/recording-log.ts';

const kept = (position: number): Kept => ({ key: [], position, mark: '', bytes: new Uint8Array() });

it('what is on a shelf is told whole, and once more, when its stream gets another leader while it is read', async () => {
  const [told, reads]: [(number | 'again')[], ((found: Kept[]) => void)[]] = [[], []];
  let changeLeader = () => {};
  const nats = { subscribe: () => ({ unsubscribe: () => undefined }), flush: async () => undefined };
  // As far as it is used here.
  const connection = { nats, isUp: true, onChange: () => () => undefined } as never;
  const followed = follow(
    {
      ...{ connection, log: recordingLog(), subject: 'shelf', keptOf: () => kept(0) },
      read: () => new Promise((resolve) => void reads.push(resolve)),
      near: async () => [],
      newest: async () => 2,
      onLeader(listener) {
        changeLeader = listener;
        return () => undefined;
      },
    },
    [],
    ({ position }) => told.push(position),
    () => told.push('again'),
  );
  const turns = () => new Promise((resolve) => setImmediate(resolve));
  await turns();
  changeLeader();
  await turns();
  reads[0]?.([kept(1)]);
  await turns();
  reads[1]?.([kept(1), kept(2)]);
  await followed;
  await turns();
  expect(told).toEqual([1, 'again', 1, 2]);
  expect(reads).toHaveLength(2);
});
