/** Owns what the contract says of the end: nobody connected, nothing kept, and nothing heard of the instance again (3.5). */

import { expect, it } from 'vitest';
import type { InstanceSpec } from '../../../src/core/instances/provisioner.ts';
import type { Rental } from './rental.ts';
import type { InstanceClient } from './under-test.ts';

const SESSION = { clientId: 'away', clean: false, properties: { sessionExpiryInterval: 600 } };
const NOTHING_TO_DO = { retainedPurged: 0 };

export function removalCases(rental: () => Rental): void {
  /** Another instance of the same name, which the application would never make, and all that it can read of the first. */
  async function heirOf(instance: InstanceSpec): Promise<InstanceClient> {
    const { provision, connect, settled } = rental();
    const heir = await connect(await provision({ ...instance, id: 'heir', generation: instance.generation + 1 }));
    await heir.subscribe([`${instance.user}/#`, `/${instance.user}/#`]);
    await settled(heir, instance);
    return heir;
  }

  it('ends every connection and refuses the next ones', async () => {
    const { rent, connect, remove, refusal, traits } = rental();
    const instance = await rent();
    const clients = [await connect(instance, { version: 4 }), await connect(instance, { version: 5 })];
    const { kicked } = await remove(instance);
    expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual([undefined, 0x98]);
    expect(kicked).toBe(traits.tellsConnections ? 2 : 'unknown');
    expect(await refusal(instance.user, 'Secret1')).toBe(await refusal('Nobody', 'Secret1'));
  });

  it('removes what is retained under both roots, and says how much that was', async () => {
    const { rent, connect, remove } = rental();
    const instance = await rent();
    const { user } = instance;
    const client = await connect(instance);
    for (const topic of [user, `/${user}`, `${user}/a`, `/${user}/a`, `/${user}/a/b`, `${user}//`]) {
      await client.publish(topic, 'kept', { qos: 1, retain: true });
    }
    await client.publish(`${user}/a`, '', { qos: 1, retain: true });
    expect(await remove(instance)).toMatchObject({ retainedPurged: 5 });
    expect((await heirOf(instance)).received.filter(({ retain }) => retain)).toEqual([]);
  });

  it('fires no will of those it throws out', async () => {
    const { rent, connect, remove } = rental();
    const instance = await rent();
    const will = { topic: `${instance.user}/will`, payload: Buffer.from('gone'), qos: 1, retain: true } as const;
    const clients = [await connect(instance, { version: 4, will }), await connect(instance, { version: 5, will })];
    await remove(instance);
    await Promise.all(clients.map(({ closed }) => closed));
    expect((await heirOf(instance)).received.filter(({ topic }) => topic === will.topic)).toEqual([]);
  });

  it('drops the sessions of clients that are away, or says that it does not know', async () => {
    const { rent, connect, remove, provision, settled, traits } = rental();
    const instance = await rent();
    const away = await connect(instance, SESSION);
    await away.subscribe(`${instance.user}/#`);
    await away.end();
    await (await connect(instance)).publish(`${instance.user}/x`, 'queued', { qos: 1 });
    const receipt = await remove(instance);
    expect(receipt.offlineDropped).toBe(traits.dropsOfflineSessions ? 1 : 'unknown');
    if (!traits.dropsOfflineSessions) return;
    const again = await connect(await provision({ ...instance, generation: 2 }), SESSION);
    await settled(again, instance);
    expect(again.received.map(({ text }) => text)).not.toContain('queued');
  });

  it('leaves every other instance as it was', async () => {
    const { rent, connect, remove, settled } = rental();
    const [instance, neighbour] = [await rent(), await rent()];
    const client = await connect(neighbour);
    await client.publish(`${neighbour.user}/kept`, 'kept', { qos: 1, retain: true });
    await connect(instance);
    await remove(instance);
    await client.subscribe(`${neighbour.user}/#`);
    expect((await client.next(`${neighbour.user}/kept`)).text).toBe('kept');
    await settled(client, neighbour);
  });

  it('takes the removal of an absent account for done, however often', async () => {
    const { spec, rent, remove, provisioner } = rental();
    expect(await remove(spec())).toMatchObject(NOTHING_TO_DO);
    const instance = await rent();
    await remove(instance);
    expect(await provisioner.deprovision(instance.user)).toMatchObject(NOTHING_TO_DO);
  });

  it('can be asked for several times at once', async () => {
    const { rent, connect, remove, refusal } = rental();
    const instance = await rent();
    const client = await connect(instance);
    await client.publish(`${instance.user}/kept`, 'kept', { qos: 1, retain: true });
    const receipts = await Promise.all([remove(instance), remove(instance), remove(instance)]);
    expect(receipts.map(({ retainedPurged }) => retainedPurged).sort()).toEqual([0, 0, 1]);
    expect(await refusal(instance.user, 'Secret1')).toBeDefined();
  });

  it('disconnects on demand: who is thrown out may come back and finds everything', async () => {
    const { rent, connect, provisioner, traits } = rental();
    const instance = await rent();
    const clients = [await connect(instance, SESSION), await connect(instance, { version: 4 })];
    await clients[0]?.subscribe(`${instance.user}/#`);
    const kicked = await provisioner.disconnect(instance.user);
    expect(kicked).toBe(traits.tellsConnections ? 2 : 'unknown');
    await Promise.all(clients.map(({ closed }) => closed));
    await (await connect(instance)).publish(`${instance.user}/x`, 'queued', { qos: 1 });
    expect((await (await connect(instance, SESSION)).next('#')).text).toBe('queued');
  });

  it('disconnects nobody where nobody is, and no disabled instance becomes enabled by it', async () => {
    const { spec, rent, provision, refusal, provisioner, traits } = rental();
    const nobody = traits.tellsConnections ? 0 : 'unknown';
    expect(await provisioner.disconnect(spec().user)).toBe(nobody);
    const instance = await rent();
    await provision({ ...instance, enabled: false, generation: 2 });
    expect(await provisioner.disconnect(instance.user)).toBe(nobody);
    expect(await refusal(instance.user, 'Secret1')).toBeDefined();
  });

  it('lists who is connected, or nobody where it cannot tell', async () => {
    const { rent, connect, provisioner, traits } = rental();
    const instance = await rent();
    await connect(instance, { clientId: 'sensor', version: 4 });
    const sessions = await provisioner.sessions(instance.user);
    if (!traits.tellsConnections) {
      expect(sessions).toEqual([]);
      return;
    }
    expect(sessions).toMatchObject([{ clientId: 'sensor', address: '127.0.0.1', protocolVersion: 4 }]);
    expect(sessions[0]?.since).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });
}
