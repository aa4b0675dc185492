import { it } from 'vitest';
import { startTestBroker } from '../support/embedded-broker.ts';
it('x', async () => {
  const test = await startTestBroker();
  const raw = await test.raw('alice', { version: 5, clientId: 'a' });
  await raw.next('connack');
  test.directory.remove('alice');
  await raw.closed;
  console.log(raw.received, test.log.lines);
  await test.stop();
});
