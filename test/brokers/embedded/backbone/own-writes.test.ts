/** Pins which of what is told of a key counts, while this bridge writes there, too: in the end the newest is known, whatever was told when. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OwnWrites } from '../../../../src/brokers/embedded/backbone/shared/own-writes.ts';

const KEY = 'sessions\nalice\nalice\nreader';
const OWN = 'own';

/** What is known of one key, told as a shelf tells it. */
function watched() {
  const own = new OwnWrites();
  let known: string | undefined;
  return {
    own,
    known: () => known,
    write(mark: string, text: string) {
      own.note(KEY);
      own.begin(KEY, mark);
      known = text;
    },
    tell(mark: string, position: number, text: string) {
      const learn = () => {
        known = text;
      };
      if (own.isNews(KEY, { mark, position }, learn)) learn();
    },
  };
}

it('what stood before our own is none, and what stands behind it is', () => {
  const { write, tell, own, known } = watched();
  write('m1', OWN);
  tell('other', 1, 'before');
  expect(known()).toBe(OWN);
  own.acknowledged(KEY, 'm1', 2);
  tell('m1', 2, OWN);
  expect(known()).toBe(OWN);
  tell('other', 3, 'behind');
  expect(known()).toBe('behind');
});

it('our own need never be told: what stands behind it is news all the same', () => {
  const { write, tell, own, known } = watched();
  write('m1', OWN);
  own.acknowledged(KEY, 'm1', 2);
  tell('other', 1, 'before');
  expect(known()).toBe(OWN);
  tell('other', 3, 'behind');
  tell('another', 4, 'last');
  expect(known()).toBe('last');
});

it('what others put there counts when ours was refused', () => {
  const { write, tell, own, known } = watched();
  write('m1', OWN);
  tell('other', 1, 'theirs');
  own.refused(KEY, 'm1');
  expect(known()).toBe('theirs');
});

it('of what nobody is told nothing is kept', () => {
  const own = new OwnWrites();
  own.begin('wills\nalice\nalice\nreader', 'm1');
  own.acknowledged('wills\nalice\nalice\nreader', 'm1', 1);
  expect(own.isNews('wills\nalice\nalice\nreader', { mark: 'm2', position: 0 }, () => undefined)).toBe(true);
});

it('in the end the newest is known, however writes of ours and others follow one another, and whichever of ours is told to nobody', () => {
  const step = fc.record({ isOurs: fc.boolean(), isTold: fc.boolean(), lag: fc.nat(4) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const { write, tell, own, known } = watched();
      /** What is on its way here, in the order of the shelf. */
      const told: (() => void)[] = [];
      let acknowledge = () => {};
      for (const [index, { isOurs, isTold, lag }] of steps.entries()) {
        const [position, text] = [index + 1, String(index + 1)];
        const mark = `m${position}`;
        if (isOurs) {
          // One write at a time.
          acknowledge();
          write(mark, text);
          acknowledge = () => {
            own.acknowledged(KEY, mark, position);
            acknowledge = () => {};
          };
        }
        if (!isOurs || isTold) told.push(() => tell(mark, position, text));
        while (told.length > lag) told.shift()?.();
        if (lag % 2 === 1) acknowledge();
      }
      acknowledge();
      for (const each of told) each();
      expect(known()).toBe(steps.length === 0 ? undefined : String(steps.length));
    }),
    { numRuns: 2000 },
  );
});
