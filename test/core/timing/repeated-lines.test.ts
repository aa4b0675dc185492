/** Pins that a line which somebody causes for ever is said once, then once a minute with a count, and ends with its cause. */

import { describe, expect, it } from 'vitest';
import { createRepeatedLines } from '../../../src/core/timing/repeated-lines.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';

const MINUTE_MS = 60_000;

function setting() {
  const clock = manualClock();
  const log = recordingLog();
  const lines = createRepeatedLines(log, clock);
  let seen = 0;
  /** What was said since it was asked last. */
  const said = () => {
    const fresh = log.lines.slice(seen);
    seen = log.lines.length;
    return fresh.map(({ message, fields }) => [message, fields['name'], fields['times']]);
  };
  return { clock, lines, said };
}

describe('a line that comes again and again', () => {
  it('is said at once, and then once a minute with how often it was meanwhile', () => {
    const { clock, lines, said } = setting();
    for (const name of ['a', 'b', 'c']) lines.info('203.0.113.5', { name }, 'refused');
    expect(said()).toEqual([['refused', 'a', undefined]]);
    clock.advance(MINUTE_MS);
    expect(said()).toEqual([['refused', 'c', 2]]);
    lines.info('203.0.113.5', { name: 'd' }, 'refused');
    expect(said()).toEqual([]);
    clock.advance(MINUTE_MS);
    expect(said()).toEqual([['refused', 'd', 1]]);
  });

  it('is news again after a minute without it, and nothing runs on', () => {
    const { clock, lines, said } = setting();
    lines.info('a', { name: 'x' }, 'refused');
    clock.advance(MINUTE_MS);
    expect(clock.waiting).toBe(0);
    lines.info('a', { name: 'y' }, 'refused');
    expect(said()).toEqual([
      ['refused', 'x', undefined],
      ['refused', 'y', undefined],
    ]);
  });

  it('about very many is counted as one about all others', () => {
    const { clock, lines, said } = setting();
    for (let count = 0; count < 5000; count += 1) lines.info(`address ${count}`, { name: 'x' }, 'refused');
    expect(said()).toHaveLength(1001);
    clock.advance(MINUTE_MS);
    expect(said()).toEqual([['refused', 'x', 3999]]);
  });
});
