/** Pins that a client gets all that is put into its queue, in order and once, however the way of its bridge to the cluster is cut and mended. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { connectOf, publishOf } from '../../../support/brokers/memory-peer.ts';
import { memoryBridges } from '../../../support/cluster/memory-bridges.ts';
import type { Loss } from '../../../support/cluster/memory-way.ts';
import { sessionClient } from '../../../support/cluster/session-client.ts';

const LOSSES: readonly Loss[] = ['is not done', 'is done', 'is done later'];

/** Where the client is, or where its messages come from. */
const at = fc.nat(1);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('publish' as const), qos: fc.constantFrom<1 | 2>(1, 2) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut' as const), at, loss: fc.constantFrom(...LOSSES) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('mend' as const), at }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('notice' as const), at }) },
  { weight: 1, arbitrary: fc.constant({ do: 'forget marks' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('fail' as const), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 3, arbitrary: fc.constant({ do: 'settle' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 20 }).map((n) => n * 100) }),
  },
);

it('holds for any order of cuts, failures and news', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const bridges = memoryBridges();
      const [here, there] = [await bridges.join(), await bridges.join()];
      const both = [here, there];
      const reader = sessionClient('reader');
      reader.connect(here, false);
      await bridges.settle();
      reader.subscribe('news');
      await bridges.settle();
      const writer = there.connect(5);
      writer.send(connectOf(5, { clientId: 'writer' }));
      await bridges.settle();
      const sent: string[] = [];
      for (const each of steps) {
        if (each.do === 'publish') {
          const text = `${sent.length}-${each.qos}`;
          sent.push(text);
          writer.send(publishOf('news', text, { qos: each.qos, packetId: sent.length }));
          writer.send({ kind: 'pubrel', packetId: sent.length, reasonCode: 0, properties: {} });
          await new Promise((resolve) => setImmediate(resolve));
          await there.turn();
        } else if (each.do === 'answer') {
          reader.look();
          reader.answer(each.count);
        } else if (each.do === 'cut') both[each.at]?.cutOff(each.loss);
        else if (each.do === 'mend') both[each.at]?.reach();
        else if (each.do === 'notice') both[each.at]?.way.again();
        else if (each.do === 'forget marks') bridges.forgetMarks();
        else if (each.do === 'fail') here.way.failNext(each.count);
        else if (each.do === 'settle') await bridges.settle();
        else await bridges.pass(each.ms);
      }
      for (const bridge of both) {
        bridge.reach();
        bridge.way.again();
        bridge.way.failNext(0);
      }
      for (let rounds = 0; rounds < 40; rounds += 1) {
        await bridges.pass(500);
        reader.look();
        reader.answer(100);
      }
      expect(reader.isIn).toBe(true);
      expect(reader.repeated).toEqual([]);
      // QoS 1 need not wait for QoS 2 (MQTT 5.0, 4.6).
      const byQos = (texts: readonly string[]) => [1, 2].map((qos) => texts.filter((text) => text.endsWith(`-${qos}`)));
      const got = reader.got.map(({ text }) => text);
      // What could not be put there at first may be put behind what came later.
      const isInOrder = !steps.some((each) => each.do === 'cut' && each.at === 1);
      if (isInOrder) expect(byQos(got)).toEqual(byQos(sent));
      else expect({ count: got.length, texts: new Set(got) }).toEqual({ count: sent.length, texts: new Set(sent) });
      expect(reader.got.filter(({ isDuplicate }) => isDuplicate)).toEqual([]);
    }),
    { numRuns: 150 },
  );
}, 60_000);
