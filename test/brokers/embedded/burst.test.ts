/** Pins that the embedded broker outlives any number of messages that come at one moment. */

import { afterEach, expect, it } from 'vitest';
import { startTestBroker, type TestBroker } from '../../support/brokers/embedded.ts';

/** More than the stack holds, were one message passed on from inside the one before. */
const MESSAGES = 100_000;

let test: TestBroker | undefined;
afterEach(() => test?.stop());

it('passes on a hundred thousand messages that nobody reads, behind as many that somebody does', async () => {
  test = await startTestBroker();
  const reader = await test.client('root');
  await reader.subscribe('burst/read/#');
  const { link } = test.broker;
  for (const topic of ['burst/read/some', 'burst/unread'])
    for (let sent = 0; sent < MESSAGES; sent += 1) void link.publish({ topic, payload: 'x' });
  await link.publish({ topic: 'burst/read/last', payload: 'the last one' });
  expect((await reader.next('burst/read/last')).text).toBe('the last one');
});
