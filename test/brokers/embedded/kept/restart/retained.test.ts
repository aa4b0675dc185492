/** Pins which retained messages outlive the broker, and whose they are then. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENDS, type RestartedBroker, startRestartedBroker } from '../restarted-broker.ts';

let restarted: RestartedBroker;
beforeEach(async () => {
  restarted = await startRestartedBroker();
});
afterEach(() => restarted.stop());

describe.each([4, 5] as const)('over protocol version %i', (version) => {
  describe.each(ENDS)('when the broker is %s', (end) => {
    it('retained messages are there again', async () => {
      const root = await restarted.test.client('root', { version });
      const properties = { contentType: 'text/plain', userProperties: { a: ['1', '2'] } };
      await root.publish('home/a', 'old', { qos: 1, retain: true });
      await root.publish('home/a', 'new', { qos: 1, retain: true, ...(version === 5 && { properties }) });
      await root.publish('home/b', 'cleared', { qos: 1, retain: true });
      await root.publish('home/b', '', { qos: 1, retain: true });
      const alice = await restarted.test.client('alice', { version });
      await alice.publish('alice/a', 'her own', { qos: 1, retain: true });
      const { client } = await restarted.restart(end);
      const reader = await client('root', { version });
      await reader.subscribe('home/#');
      const found = await reader.next('home/a');
      expect(found).toMatchObject({ text: 'new', retain: true, qos: 1 });
      if (version === 5) expect(found.properties).toMatchObject(properties);
      const herself = await client('alice', { version });
      await herself.subscribe('alice/#');
      expect(await herself.next()).toMatchObject({ topic: 'alice/a', text: 'her own', retain: true });
      await reader.publish('home/b', 'last', { qos: 1 });
      expect((await reader.next('home/b')).text).toBe('last');
    });

    it('what was retained below a name is not given to an instance that has it now', async () => {
      const root = await restarted.test.client('root', { version });
      await root.publish('newcomer/r', 'of the house', { qos: 1, retain: true });
      restarted.directory.add('instance', 'newcomer');
      const { client } = await restarted.restart(end);
      const newcomer = await client('newcomer', { version });
      await newcomer.subscribe('newcomer/#');
      await newcomer.publish('newcomer/own', 'own', { qos: 1 });
      expect((await newcomer.next()).text).toBe('own');
    });
  });
});
