/** Pins what a bridge does that others took for gone, when it hears again what they have written of its sessions meanwhile. */

import { expect, it } from 'vitest';
import { memoryBridges } from '../../../support/cluster/memory-bridges.ts';
import { sessionClient } from '../../../support/cluster/session-client.ts';

async function cutOff() {
  const bridges = memoryBridges();
  const [here, there] = [await bridges.join(), await bridges.join()];
  const client = sessionClient('reader');
  client.connect(here, false);
  await bridges.settle();
  client.subscribe('news');
  await bridges.settle();
  here.cutOff('is not done');
  return {
    bridges,
    there,
    client,
    async back() {
      here.reach();
      here.way.again();
      await bridges.pass(1000);
    },
  };
}

it('ends the connection of a client whose session another one has', async () => {
  const { bridges, there, client, back } = await cutOff();
  const other = sessionClient('reader');
  other.connect(there, false);
  await bridges.pass(2000);
  client.look();
  expect(client.isIn).toBe(true);
  await back();
  client.look();
  other.look();
  expect([client.isIn, other.isIn]).toEqual([false, true]);
});
