/** Pins how many kept sessions an account may have without a client, at two bridges together: as many as at one, and the same one is forgotten. */

import { expect, it } from 'vitest';
import type { BrokerPacket } from '../../../../src/brokers/embedded/packets/packet.ts';
import { connectOf, kept, publishOf, subscribeOf, willOf } from '../../../support/brokers/memory-peer.ts';
import { type MemoryBridge, memoryBridges } from '../../../support/cluster/memory-bridges.ts';

type Login = NonNullable<Parameters<typeof connectOf>[1]>;

async function twoBridges() {
  const bridges = memoryBridges({ home: { offlineSessions: 2 } });
  const [here, there] = [await bridges.join(), await bridges.join()];

  async function come(bridge: MemoryBridge, clientId: string, login: Login = {}) {
    const client = bridge.connect(5);
    client.send(connectOf(5, { ...kept(5, clientId), ...login }));
    await bridges.settle();
    const [connack] = client.take();
    return {
      /** Whether its session was there. */
      isKnown: connack?.kind === 'connack' && connack.sessionPresent,
      async say(...packets: Parameters<typeof client.send>): Promise<BrokerPacket[]> {
        client.send(...packets);
        await bridges.settle();
        return client.take();
      },
      async leave() {
        client.cut();
        await bridges.pass(1000);
      },
    };
  }

  async function visit(bridge: MemoryBridge, clientId: string, login: Login = {}): Promise<void> {
    await (await come(bridge, clientId, login)).leave();
  }

  /** Which of them have a session. */
  async function known(bridge: MemoryBridge, ...clientIds: string[]): Promise<string[]> {
    const found = [];
    for (const clientId of clientIds) if ((await come(bridge, clientId)).isKnown) found.push(clientId);
    return found;
  }

  return { bridges, here, there, come, visit, known };
}

it('forgets the one that has been away longest, wherever it was', async () => {
  const { here, there, visit, known } = await twoBridges();
  await visit(here, 'one');
  await visit(there, 'two');
  await visit(here, 'three');
  await visit(there, 'four');
  expect(await known(here, 'one', 'two', 'three', 'four')).toEqual(['three', 'four']);
});

it('counts none that has come back, and none of which the time is over', async () => {
  const { bridges, here, there, come, visit, known } = await twoBridges();
  await visit(here, 'short', kept(5, 'short', 2));
  await visit(here, 'one');
  await bridges.pass(3000);
  await visit(there, 'two');
  const one = await come(there, 'one');
  await visit(here, 'three');
  expect(await known(here, 'two', 'three')).toEqual(['two', 'three']);
  await one.leave();
  expect(await known(here, 'one')).toEqual(['one']);
});

it('forgets one for each that leaves at both in the same moment', async () => {
  const { bridges, here, there, come, visit, known } = await twoBridges();
  await visit(here, 'one');
  await visit(there, 'two');
  const [three, four] = [await come(here, 'three'), await come(there, 'four')];
  await Promise.all([three.leave(), four.leave()]);
  await bridges.pass(2000);
  expect(await known(here, 'one', 'two', 'three', 'four')).toEqual(['three', 'four']);
});

it('says the will of one that is forgotten, and leaves nothing in its queue', async () => {
  const { here, there, come, visit } = await twoBridges();
  const reader = await come(there, 'reader');
  await reader.say(subscribeOf(['will']));
  const one = await come(here, 'one', { will: willOf({ delaySeconds: 3000 }) });
  await one.say(subscribeOf(['news']));
  await one.leave();
  await reader.say(publishOf('news', 'missed', { qos: 1 }));
  await visit(there, 'two');
  expect(await reader.say()).toEqual([]);
  await visit(there, 'three');
  expect((await reader.say()).map(({ kind }) => kind)).toEqual(['publish']);
  const again = await come(there, 'one');
  expect([again.isKnown, await again.say(subscribeOf(['news']))]).toMatchObject([false, [{ kind: 'suback' }]]);
});

it('forgets nobody who goes on at another bridge when one is cut off', async () => {
  const { bridges, here, there, come, known } = await twoBridges();
  const clients = [];
  for (const clientId of ['one', 'two', 'three']) clients.push(await come(here, clientId));
  here.cutOff('is not done');
  for (const client of clients) await client.leave();
  expect(await known(there, 'one', 'two', 'three')).toEqual(['one', 'two', 'three']);
  here.reach();
  here.way.again();
  await bridges.pass(5000);
  expect(await known(there, 'one', 'two', 'three')).toEqual(['one', 'two', 'three']);
});
