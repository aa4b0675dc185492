/** Pins that a neighbour that does its worst leaves others their turn (I-26). How long it is, the benchmark tells. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestBroker, type TestBroker } from '../../support/brokers/embedded.ts';
import type { RawMqtt } from '../../support/brokers/raw-mqtt.ts';

let test: TestBroker;

beforeEach(async () => {
  test = await startTestBroker();
});

afterEach(() => test.stop());

const PUBLISH = { cmd: 'publish', topic: 'alice/f', payload: 'x', qos: 0, dup: false, retain: false } as const;

async function readers(count: number): Promise<RawMqtt[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const raw = await test.raw('alice', { version: 4, clientId: `reader-${index}` });
      await raw.next('connack');
      raw.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'alice/f', qos: 0 }] });
      await raw.next('suback');
      // What they get is not looked at: the test's own work would be measured.
      raw.socket.removeAllListeners('data').resume();
      return raw;
    }),
  );
}

describe.each([1, 10, 100, 900])('with %i readers of its own', (count) => {
  it('a burst of 40,000 messages is worked off while others get theirs in between', async () => {
    await readers(count);
    const victim = await test.client('bob');
    await victim.subscribe('bob/x', { qos: 1 });
    const flood = await test.raw('alice', { version: 4, clientId: 'flood' });
    await flood.next('connack');
    flood.send(...Array.from({ length: 40_000 }, () => PUBLISH), {
      ...PUBLISH,
      topic: 'alice/last',
      qos: 1,
      messageId: 1,
    });
    let isOver = false;
    flood.next('puback').then(
      () => {
        isOver = true;
      },
      () => undefined,
    );
    let trips = 0;
    while (!isOver && trips < 50) {
      await victim.publish('bob/x', String(trips), { qos: 1 });
      expect((await victim.next('bob/x')).text).toBe(String(trips));
      trips += 1;
    }
    // At its pace a tenant has more than a second of work in it for one reader, and minutes for many.
    expect(trips).toBeGreaterThan(5);
    flood.destroy();
  });
});
