/** Pins that wrong passwords count at all bridges of a cluster, whichever of them is asked, and that what is told of them is bounded and names nobody. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createGuesses } from '../../../src/core/accounts/guesses.ts';
import { type SharedThrottles, shareThrottles } from '../../../src/core/accounts/shared-throttles.ts';
import { memoryExchanges } from '../../support/cluster/memory-exchange.ts';
import { manualClock } from '../../support/manual-clock.ts';

const RATE = { burst: 10, perSecond: 1 / 6 };
const mac = (text: string) => `mac-of-${[...text].map((letter) => letter.charCodeAt(0).toString(16)).join('')}`;

function bridges(count: number) {
  const [clock, exchanges] = [manualClock(), memoryExchanges()];
  const joined = Array.from({ length: count }, (_, i) => exchanges.join(`b${i}`));
  const said: string[] = [];
  const all = joined.map((exchange) =>
    shareThrottles({
      exchange: {
        ...exchange,
        others: exchange.others,
        say(channel, bytes) {
          said.push(Buffer.from(bytes).toString());
          exchange.say(channel, bytes);
        },
      },
      clock,
      mac,
    }),
  );
  const tell = (message: string) => exchanges.join('stranger').say('throttles of logins', Buffer.from(message));
  return { clock, exchanges, all, said, tell };
}

const told = 1000;

function guess(throttles: SharedThrottles, clock: ReturnType<typeof manualClock>) {
  const guesses = createGuesses(clock, undefined, throttles);
  return async (password: string, address = '203.0.113.5', username = 'anna') =>
    guesses.make({ username, address }, async () => password === 'right').catch(() => 'refused' as const);
}

it('whoever goes from bridge to bridge has as many guesses in all as at one', async () => {
  const { clock, all } = bridges(3);
  const at = all.map((one) => guess(one, clock));
  const outcomes: unknown[] = [];
  for (let i = 0; i < 15; i += 1) {
    outcomes.push(await at[i % 3]?.('wrong'));
    clock.advance(told);
  }
  // Two have come back in fifteen seconds.
  expect(outcomes.filter((outcome) => outcome === false)).toHaveLength(12);
});

it('whoever asks all of them at once has as many at each, and pays for that with time', async () => {
  const { clock, all } = bridges(2);
  const at = all.map((one) => guess(one, clock));
  const count = async () => {
    let made = 0;
    for (const ask of at) for (let i = 0; i < 12; i += 1) if ((await ask('wrong')) === false) made += 1;
    return made;
  };
  expect(await count()).toBe(20);
  clock.advance(told);
  clock.advance(64_000);
  expect(await count()).toBe(0);
  // Sixty seconds for the ten too many, and six for the next one: at each, until they have told of it.
  clock.advance(2000);
  expect(await count()).toBe(2);
});

it('a right password costs nothing anywhere, also where the guess was told of before it was right', async () => {
  const { clock, all } = bridges(2);
  const [here, there] = [all[0]?.rate('a', { burst: 1, perSecond: 1 }), all[1]?.rate('a', { burst: 1, perSecond: 0 })];
  here?.take('anna');
  clock.advance(told);
  expect(there?.has('anna')).toBe(false);
  here?.giveBack('anna');
  clock.advance(told);
  expect(there?.has('anna')).toBe(true);
});

it('an owner who was right at one bridge is locked out at none by what strangers guess', async () => {
  const { clock, all } = bridges(2);
  const [here, there] = all.map((one) => guess(one, clock));
  expect(await here?.('right', '192.0.2.9')).toBe(true);
  clock.advance(told);
  for (let network = 0; network < 40; network += 1)
    for (let i = 0; i < 9; i += 1) await here?.('wrong', `203.0.113.${network}`);
  clock.advance(told);
  expect(await there?.('right', '198.51.100.7')).toBe('refused');
  expect(await there?.('right', '192.0.2.9')).toBe(true);
});

it('no name that somebody has typed is told, and nothing where nothing was guessed', async () => {
  const { clock, all, said } = bridges(2);
  const [here] = all.map((one) => guess(one, clock));
  clock.advance(10 * told);
  expect(said).toEqual([]);
  await here?.('wrong', '203.0.113.5', 'my password, in the wrong field');
  clock.advance(told);
  expect(said).toHaveLength(1);
  expect(said.join()).not.toContain('password');
  expect(said.join()).not.toContain('203.0.113.5');
});

it('what is told beyond all measure locks nobody out for longer than ten times of what a bridge has', () => {
  const { clock, all, tell } = bridges(1);
  const rate = all[0]?.rate('pair', RATE);
  const figure = [`pair ${mac('anna')}`, Number.MAX_VALUE];
  for (let i = 0; i < 100; i += 1) tell(JSON.stringify({ from: 'b9', figures: [figure] }));
  expect(rate?.has('anna')).toBe(false);
  clock.advance(11 * 60_000);
  expect(rate?.has('anna')).toBe(true);
});

it.each([
  '{}',
  '{"from":"b9","figures":[["pair x","1"],["pair x",null],[1,1],"pair x"]}',
  `{"from":"b9","figures":[["${'x'.repeat(300)}",1]]}`,
])('what no bridge would tell counts for nothing: %s', (message) => {
  const { all, tell } = bridges(1);
  const rate = all[0]?.rate('pair', { burst: 1, perSecond: 0 });
  try {
    tell(message);
  } catch {
    // The exchange logs it.
  }
  expect(rate?.has('x')).toBe(true);
});

it('however guesses fall upon bridges and time: never more than each has at once, and what one gives with time', () => {
  const turn = fc.record({ pauseMs: fc.integer({ min: 0, max: 20_000 }), at: fc.nat(2), tries: fc.nat(15) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3 }), fc.array(turn, { maxLength: 40 }), (count, turns) => {
      const { clock, all } = bridges(count);
      const rates = all.map((one) => one.rate('pair', RATE));
      let granted = 0;
      for (const { pauseMs, at, tries } of turns) {
        for (let i = 0; i < tries; i += 1) if (rates[at % count]?.take('anna')) granted += 1;
        clock.advance(pauseMs);
      }
      expect(granted).toBeLessThanOrEqual(count * RATE.burst + (clock.monotonicMs() / 1000) * RATE.perSecond);
    }),
  );
});
