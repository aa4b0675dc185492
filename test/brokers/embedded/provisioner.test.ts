/** Runs the Provisioner contract on the embedded broker. */

import { provisionerContract } from '../../contracts/provisioner/provisioner.contract.ts';
import { startEmbeddedInstances } from '../../support/brokers/embedded-instances.ts';

provisionerContract('the embedded broker', async () => {
  const { stop, ...instances } = await startEmbeddedInstances();
  const traits = {
    expelsIntruders: true,
    refusesForeignWills: true,
    dropsOfflineSessions: true,
    tellsConnections: true,
  };
  return { ...instances, traits, cleanup: stop };
});
