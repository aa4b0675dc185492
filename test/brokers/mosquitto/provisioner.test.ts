/** Runs the Provisioner contract on Debian's mosquitto with its dynamic security plugin. */

import { describe } from 'vitest';
import { provisionerContract } from '../../contracts/provisioner/provisioner.contract.ts';
import { dynsecIsMissing } from '../../support/brokers/mosquitto-dynsec.ts';
import { startMosquittoInstances } from '../../support/brokers/mosquitto-instances.ts';

/** It keeps accounts of its own: ours need not be recorded anywhere else. */
const NO_RECORDS = { put: () => undefined, deny: () => undefined, forget: () => undefined };

describe.skipIf(dynsecIsMissing)('with real accounts', () => {
  provisionerContract('mosquitto', async () => {
    const { provisioner, backdoor, connect, stop } = await startMosquittoInstances();
    const traits = {
      expelsIntruders: false,
      refusesForeignWills: false,
      dropsOfflineSessions: false,
      tellsConnections: false,
    };
    return { provisioner, backdoor, connect, traits, records: NO_RECORDS, cleanup: stop };
  });
});
