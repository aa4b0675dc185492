/** Runs the contract of the backbone on a broker that is the only one. */

import { backboneContract } from '../../../contracts/backbone/backbone.contract.ts';
import { tenants } from '../../../support/brokers/directory.ts';
import { startAlone } from '../../../support/cluster/brokers.ts';

backboneContract('the embedded broker, alone', async () => {
  const directory = tenants();
  const broker = await startAlone(directory);
  return { directory, brokers: [broker], cleanup: broker.stop };
});
