/** Pins what becomes of a write that the cluster never takes: it is given up, said once, and nothing waits for it. */

import { expect, it } from 'vitest';
import { nameOf } from '../../../../../src/brokers/embedded/backbone/names.ts';
import { Outgoing } from '../../../../../src/brokers/embedded/backbone/shared/outgoing.ts';
import { OwnWrites } from '../../../../../src/brokers/embedded/backbone/shared/own-writes.ts';
import { NeverStored, type Shelf } from '../../../../../src/core/cluster/shelf.ts';
import { memoryShelf } from '../../../../support/cluster/memory-shelf.ts';
import { manualClock } from '../../../../support/manual-clock.ts';
import { recordingLog } from '../../../../support/recording-log.ts';

const KEY = ['alice', 'topic'] as const;
const NAME = nameOf('retained', ...KEY);

function opened(shelf: Shelf) {
  let marks = 0;
  const [log, own, clock] = [recordingLog(), new OwnWrites(), manualClock()];
  const outgoing = new Outgoing({ clock, log, newMark: () => `m${++marks}`, own });
  const write = (text: string) => outgoing.write(NAME, shelf, KEY, () => ({ bytes: Buffer.from(text) }));
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    ...{ log, own, clock, outgoing, settled },
    /** @returns whether it is done with */
    async wrote(text: string): Promise<boolean> {
      let isDone = false;
      write(text);
      outgoing.durable(() => {
        isDone = true;
      });
      await settled();
      return isDone;
    },
  };
}

/** In one that would take so many bytes, and has more against them. */
function refusing(mostBytes: number): Shelf {
  return {
    ...memoryShelf('newest'),
    mostBytes,
    put: async () => {
      throw new NeverStored('it is too large');
    },
  };
}

it('gives up what is refused for itself, says so once a minute, and is well', async () => {
  const { log, clock, outgoing, wrote } = opened(refusing(1000));
  expect([await wrote('one'), await wrote('two')]).toEqual([true, true]);
  expect(outgoing.fault).toBeNull();
  const refusal = 'error: the cluster takes something never that the broker keeps: it goes on without it';
  expect(log.visible()).toEqual([refusal]);
  clock.advance(60_000);
  await wrote('three');
  expect(log.visible()).toEqual([refusal, refusal]);
});

it('tries nothing that is larger than what is taken', async () => {
  let tries = 0;
  const shelf = memoryShelf('newest', 10);
  const counting: Shelf = {
    ...shelf,
    put(...one) {
      tries += 1;
      return shelf.put(...one);
    },
  };
  const { wrote } = opened(counting);
  expect([await wrote('x'.repeat(11)), await wrote('x'.repeat(10))]).toEqual([true, true]);
  expect(tries).toBe(1);
});

it('hears again what others put where its own was refused', async () => {
  const { own, wrote } = opened(refusing(1000));
  await wrote('one');
  expect(own.isNews(NAME, { mark: 'of another', position: 1 }, () => undefined)).toBe(true);
});
