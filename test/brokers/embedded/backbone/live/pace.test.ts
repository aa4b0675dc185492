/** Pins who waits with more: whoever says something for readers elsewhere that have too much already, and nobody for longer than that is so. */

import { expect, it } from 'vitest';
import { createPace } from '../../../../../src/brokers/embedded/backbone/live/pace.ts';
import { memoryExchanges } from '../../../../support/cluster/memory-exchange.ts';
import { manualClock } from '../../../../support/manual-clock.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

function brokers() {
  const clock = manualClock();
  const exchanges = memoryExchanges();
  const join = (id: string) => createPace(exchanges.join(id), clock);
  const [one, other, third] = [join('one'), join('other'), join('third')];
  const pass = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.advance(50);
      await settle();
    }
  };
  return { ...exchanges, one, other, third, pass };
}

it('holds those of the same bucket at all other brokers, until it has room again', async () => {
  const { one, other, third, pass } = brokers();
  one.tell('alice', true);
  await pass(2000);
  expect([one, other, third].map((pace) => pace.isHeld('alice'))).toEqual([false, true, true]);
  expect(other.isHeld('bob')).toBe(false);
  const goesOn = other.freed('alice');
  one.tell('alice', false);
  await goesOn;
  expect(third.isHeld('alice')).toBe(false);
});

it('is freed by the last one who had too much', async () => {
  const { one, other, third, pass } = brokers();
  let isFree = false;
  one.tell('', true);
  other.tell('', true);
  void third.freed('').then(() => {
    isFree = true;
  });
  one.tell('', false);
  await pass(500);
  expect(isFree).toBe(false);
  other.tell('', false);
  await settle();
  expect(isFree).toBe(true);
});

it('holds nobody for longer than a second for one that is not heard of any more', async () => {
  const { one, other, cutOff, pass } = brokers();
  one.tell('alice', true);
  await settle();
  cutOff('one');
  await pass(900);
  expect(other.isHeld('alice')).toBe(true);
  await pass(100);
  expect(other.isHeld('alice')).toBe(false);
});

it('holds nobody any more when it ends, and says nothing more', async () => {
  const { one, other, third, pass } = brokers();
  one.tell('alice', true);
  other.tell('alice', true);
  const goesOn = third.freed('alice');
  third.close();
  await goesOn;
  one.close();
  await pass(1000);
  expect(other.isHeld('alice')).toBe(false);
});
