/** Pins what outlives the broker of an instance, and that nothing does of one that is gone. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENDS, type RestartedBroker, startRestartedBroker } from '../restarted-broker.ts';

let restarted: RestartedBroker;
beforeEach(async () => {
  restarted = await startRestartedBroker();
});
afterEach(() => restarted.stop());

describe.each([4, 5] as const)('over protocol version %i', (version) => {
  const stays = { version, clean: false, ...(version === 5 && { properties: { sessionExpiryInterval: 3600 } }) };

  describe.each(ENDS)('when the broker is %s', (end) => {
    it('nothing is left of an instance that was removed meanwhile, not even for a new one of its name', async () => {
      const options = { ...stays, clientId: 'one' };
      const alice = await restarted.test.client('alice', options);
      await alice.subscribe('alice/#');
      await alice.publish('alice/r', 'secret', { qos: 1, retain: true });
      await alice.end();
      const bob = await restarted.test.client('bob', options);
      await bob.subscribe('bob/#');
      await bob.end();
      await restarted.onDisk();
      restarted.directory.remove('alice');
      await restarted.restart(end);
      expect(restarted.test.broker.instances()).toEqual(['bob']);
      await restarted.onDisk();
      restarted.directory.add('instance', 'alice');
      const { raw, client } = await restarted.restart(end);
      const next = await raw('alice', options);
      expect(await next.next('connack')).toMatchObject({ sessionPresent: false });
      const reader = await client('alice', { version });
      await reader.subscribe('alice/#');
      await reader.publish('alice/other', 'own', { qos: 1 });
      expect((await reader.next()).text).toBe('own');
      const sameBob = await raw('bob', options);
      expect(await sameBob.next('connack')).toMatchObject({ sessionPresent: true });
    });

    it('an instance that has left something is named, so that it can be evicted', async () => {
      const options = { ...stays, clientId: 'one' };
      const alice = await restarted.test.client('alice', options);
      await alice.subscribe('alice/#');
      await alice.end();
      const { broker, raw } = await restarted.restart(end);
      expect(broker.instances()).toEqual(['alice']);
      expect(await broker.evict('instance:alice', 'alice')).toMatchObject({ offlineDropped: 1 });
      expect(broker.instances()).toEqual([]);
      const back = await raw('alice', options);
      expect(await back.next('connack')).toMatchObject({ sessionPresent: false });
    });
  });
});
