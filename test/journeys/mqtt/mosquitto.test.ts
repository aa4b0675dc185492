/** Runs the outcome table on Debian's mosquitto as external broker. */

import { describe } from 'vitest';
import { mosquittoIsMissing, startMosquitto } from '../../support/brokers/mosquitto.ts';
import { startService } from '../../support/service.ts';
import { mqttOutcomes } from './outcomes.ts';

describe.skipIf(mosquittoIsMissing)('an external broker', () => {
  mqttOutcomes('mosquitto', async () => {
    const mosquitto = await startMosquitto();
    const { username, password } = mosquitto;
    const env = { MQTT_HOST: '127.0.0.1', MQTT_PORT: String(mosquitto.port), MQTT_USER: username, MQTT_PASS: password };
    const service = await startService({ env, login: { username, password } });
    return {
      service,
      async close() {
        await service.stop();
        await mosquitto.stop();
      },
    };
  });
});
