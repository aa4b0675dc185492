/** Pins when a round begins: after a pause, soon when somebody asks meanwhile, and never beside another. */

import { expect, it } from 'vitest';
import { createRounds } from '../../../src/core/timing/rounds.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { comesTrue } from '../../support/patience.ts';

function setting() {
  const clock = manualClock();
  const ends: (() => void)[] = [];
  const round = () => new Promise<void>((resolve) => void ends.push(resolve));
  const rounds = createRounds({ clock, round, pauseMs: () => 5000 });
  /** Ends the latest round, and waits until the next one has its moment. */
  const end = async () => {
    ends.at(-1)?.();
    await comesTrue(() => expect(clock.waiting).toBe(1));
  };
  return { clock, rounds, end, begun: () => ends.length, letGo: () => ends.at(-1)?.() };
}

it('a round begins when it is first asked for, and the next one a pause after its end', async () => {
  const { clock, rounds, end, begun } = setting();
  expect(begun()).toBe(0);
  rounds.now();
  expect(begun()).toBe(1);
  await end();
  clock.advance(4999);
  expect(begun()).toBe(1);
  clock.advance(1);
  expect(begun()).toBe(2);
});

it('whoever asks during a round, however often, has one more soon after it', async () => {
  const { clock, rounds, end, begun } = setting();
  rounds.now();
  rounds.now();
  rounds.now();
  expect(begun()).toBe(1);
  await end();
  clock.advance(250);
  expect(begun()).toBe(2);
  await end();
  clock.advance(250);
  expect(begun()).toBe(2);
});

it('closed, it waits for the round that is under way and begins no other', async () => {
  const { clock, rounds, begun, letGo } = setting();
  rounds.now();
  const closed = rounds.close();
  expect(rounds.isClosed).toBe(true);
  letGo();
  await closed;
  rounds.now();
  clock.advance(60_000);
  expect(begun()).toBe(1);
});
