/** Runs the outcome table on the embedded broker. */

import { startService } from '../../support/service.ts';
import { mqttOutcomes } from './outcomes.ts';

mqttOutcomes('the embedded broker', async () => {
  const service = await startService();
  return { service, close: () => service.stop() };
});
