/** Runs the Provisioner contract on the embedded broker: alone, and on two of them that share their accounts, each client at one of them. */

import { describe } from 'vitest';
import { provisionerContract } from '../../contracts/provisioner/provisioner.contract.ts';
import { startEmbeddedInstances } from '../../support/brokers/embedded-instances.ts';
import { startClusterInstances } from '../../support/cluster/instances.ts';
import { natsIsMissing } from '../../support/cluster/nats.ts';

const TRAITS = {
  expelsIntruders: true,
  refusesForeignWills: true,
  dropsOfflineSessions: true,
  tellsConnections: true,
};

provisionerContract('the embedded broker', async () => {
  const { stop, ...instances } = await startEmbeddedInstances();
  return { ...instances, traits: TRAITS, cleanup: stop };
});

describe.skipIf(natsIsMissing)('in a cluster', () =>
  provisionerContract('a broker beside another one', async () => {
    const { stop, ...instances } = await startClusterInstances();
    return { ...instances, traits: TRAITS, cleanup: stop };
  }),
);
