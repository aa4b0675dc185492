/** Pins when a bridge takes its NATS server for cut off from the others: where nothing can be written, and it is not that they choose a leader. */

import { describe, expect, it } from 'vitest';
import { watchIsolation } from '../../src/cluster/isolation.ts';
import type { Most } from '../../src/cluster/servers.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

function watched() {
  const clock = manualClock();
  const log = recordingLog();
  let most: Most = 'there';
  const turns: string[] = [];
  const connection = { distrust: () => void turns.push('distrust'), trust: () => void turns.push('trust') };
  let isReached = true;
  const reach = async () => {
    if (!isReached) throw new Error('no majority');
  };
  const stop = watchIsolation({ connection, reach, lookAtMost: async () => most, clock, log });
  return {
    log,
    turns,
    stop,
    is(now: { readonly reached: boolean; readonly most: Most }) {
      isReached = now.reached;
      most = now.most;
    },
    async pass(seconds: number) {
      for (let second = 0; second < seconds; second += 1) {
        clock.advance(1000);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

describe('a NATS server', () => {
  it('is left where nothing can be written and most of the others are out of reach, and trusted when something can', async () => {
    const { log, turns, is, pass } = watched();
    await pass(1);
    is({ reached: false, most: 'out of reach' });
    await pass(3);
    expect(turns).toEqual(['distrust']);
    is({ reached: true, most: 'out of reach' });
    await pass(3);
    expect(turns).toEqual(['distrust', 'trust']);
    expect(log.lines.map(({ message }) => message)).toEqual([
      expect.stringContaining('has lost the others'),
      expect.stringContaining('has found the others again'),
    ]);
  });

  it('is left again and again while it does not find the others, and most of them can be had', async () => {
    const { turns, is, pass } = watched();
    await pass(1);
    is({ reached: false, most: 'out of reach' });
    await pass(10);
    expect(turns).toEqual(['distrust']);
    is({ reached: false, most: 'there' });
    await pass(6);
    expect(turns).toEqual(['distrust', 'distrust', 'distrust']);
    is({ reached: true, most: 'there' });
    await pass(10);
    expect(turns.slice(3)).toEqual(['trust']);
  });

  it('is not left because the others take no connection of ours', async () => {
    const { turns, is, pass } = watched();
    is({ reached: true, most: 'out of reach' });
    await pass(30);
    expect(turns).toEqual([]);
  });

  it('is left because nothing can be written only when that lasts longer than the choice of a leader', async () => {
    const { turns, is, pass } = watched();
    await pass(1);
    is({ reached: false, most: 'there' });
    await pass(8);
    expect(turns).toEqual([]);
    await pass(3);
    expect(turns).toEqual(['distrust']);
  });

  it('is not left where most of them are down, since nobody keeps anything then', async () => {
    const { turns, is, pass } = watched();
    is({ reached: false, most: 'down' });
    await pass(30);
    expect(turns).toEqual([]);
  });

  it('is asked nothing more when the bridge ends', async () => {
    const { turns, is, pass, stop } = watched();
    await pass(1);
    stop();
    is({ reached: false, most: 'out of reach' });
    await pass(30);
    expect(turns).toEqual([]);
  });
});
