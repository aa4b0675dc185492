/** Owns a cluster of two bridges under load for each trial of a suite: what a trial has frozen or cut off is let go of when it ends. */

import { afterEach, beforeEach } from 'vitest';
import { type Bridges, startBridges } from '../bridges.ts';
import type { Network } from '../network/network.ts';
import { type Load, startLoad } from './load.ts';

export interface UnderLoad {
  readonly bridges: Bridges;
  readonly load: Load;
}

/** To be called in a suite. @param network of each trial; on the loopback interface when absent @returns what the trial that runs has */
export function underLoad(network?: () => Network | Promise<Network>): UnderLoad {
  let bridges: Bridges;
  let load: Load;
  beforeEach(async () => {
    bridges = await startBridges(2, { INSTANCE_LIMIT: '100000' }, await network?.());
    load = await startLoad(bridges);
  });
  afterEach(async () => {
    for (const each of [...bridges.all, ...bridges.nats.servers]) {
      each.thaw();
      await each.reach();
    }
    await bridges.mend();
    await load?.end();
    await bridges.stop();
  });
  return {
    get bridges() {
      return bridges;
    },
    get load() {
      return load;
    },
  };
}
