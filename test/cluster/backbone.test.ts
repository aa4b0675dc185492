/** Runs the contract of the backbone on brokers beside one another, over three NATS servers. */

import { describe } from 'vitest';
import { backboneContract } from '../contracts/backbone/backbone.contract.ts';
import { tenants } from '../support/brokers/directory.ts';
import { startBridge } from '../support/cluster/brokers.ts';
import { natsIsMissing, startNats } from '../support/cluster/nats.ts';

describe.skipIf(natsIsMissing)('over NATS', () =>
  backboneContract('embedded brokers beside one another', async () => {
    const cluster = await startNats();
    const directory = tenants();
    const brokers = await Promise.all([startBridge(cluster, directory), startBridge(cluster, directory)]);
    return {
      directory,
      brokers,
      async cleanup() {
        await Promise.all(brokers.map(({ stop }) => stop()));
        await cluster.stop();
      },
    };
  }),
);
