/** Pins a client whose broker is found by somebody else: late, and at another place later. */

import { expect, it } from 'vitest';
import { toldBroker } from '../../src/brokers/external/broker-source.ts';
import { createClient } from '../../src/client/client.ts';
import { ClientError } from '../../src/client/client-error.ts';
import { eventually } from '../support/eventually.ts';
import { manualClock } from '../support/manual-clock.ts';
import { ADMIN, startService } from '../support/service.ts';

it('connects when the broker is found, and follows it without a pause', async () => {
  const services = [await startService(), await startService()];
  const [first = 0, second = 0] = services.map(({ app }) => app.mqttPort);
  const address = { protocol: 'mqtt', host: '127.0.0.1', ...ADMIN } as const;
  const broker = toldBroker();
  // On a clock that stands still no pause ends by itself.
  const client = createClient({ broker, clock: manualClock() });
  client.connect();
  await expect(client.request({ command: 'list', module: 'version' })).rejects.toBeInstanceOf(ClientError);

  broker.tell({ ...address, port: first });
  await eventually(() => client.state === 'connected');
  await services[0]?.stop();
  await eventually(() => client.state === 'disconnected');
  broker.tell({ ...address, port: second });
  await eventually(() => client.state === 'connected');
  expect(await client.request({ command: 'list', module: 'version' })).toHaveProperty('release');
  await client.close();
  await services[1]?.stop();
});
