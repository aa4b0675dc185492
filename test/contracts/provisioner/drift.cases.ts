/** Owns what the contract says of a broker and records that have come apart: both ways repaired, strangers left alone. */

import { expect, it } from 'vitest';
import type { InstanceSpec } from '../../../src/core/instances/provisioner.ts';
import type { Rental } from './rental.ts';
import type { Backdoor } from './under-test.ts';

export function driftCases(rental: () => Rental): void {
  it('finds nothing to repair and disturbs nobody where all is well', async () => {
    const { rent, connect, settled, provisioner } = rental();
    const instance = await startClean(rental());
    const client = await connect(instance);
    expect(await provisioner.reconcile([instance])).toEqual({ added: [], removed: [] });
    await settled(client, instance);
    expect(await provisioner.reconcile([instance, await rent()])).toEqual({ added: [], removed: [] });
  });

  it('removes what nobody has a record of, with everything it left', async () => {
    const { rent, connect, provision, settled, provisioner, opened } = rental();
    const [kept, lost] = [await startClean(rental()), await rent()];
    const client = await connect(lost);
    await client.publish(`/${lost.user}/kept`, 'kept', { qos: 1, retain: true });
    opened.records.deny(lost.user);
    expect(await provisioner.reconcile([kept])).toEqual({ added: [], removed: [lost.user] });
    await client.closed;
    opened.records.forget(lost.user);
    const heir = await connect(await provision({ ...lost, generation: 2 }));
    await heir.subscribe(`/${lost.user}/#`);
    await settled(heir, lost);
    expect(heir.received.filter(({ retain }) => retain)).toEqual([]);
  });

  it('leaves alone what is asked for after the records were read', async () => {
    const { rent, connect, remove, refusal, provisioner } = rental();
    const old = await startClean(rental());
    // The second one waits for the first, and looks at a broker that has changed meanwhile.
    const reconciling = [provisioner.reconcile([old]), provisioner.reconcile([old])];
    const [young] = await Promise.all([rent(), remove(old)]);
    await Promise.all(reconciling);
    await connect(young);
    expect(await refusal(old.user, 'Secret1')).toBeDefined();
  });

  it('restores what the broker has lost or somebody has changed', async () => {
    const { connect, provisioner } = rental();
    const backdoor = backdoorOf(rental());
    if (backdoor === undefined) return;
    const [lost, disabled] = [await startClean(rental()), await rental().rent()];
    await backdoor.lose(lost.user);
    await backdoor.disable(disabled.user);
    expect(await provisioner.reconcile([lost, disabled])).toEqual({ added: [lost.user], removed: [] });
    await connect(lost);
    await connect(disabled);
  });

  it('never touches an account without our mark', async () => {
    const { spec, connect, provisioner } = rental();
    const backdoor = backdoorOf(rental());
    if (backdoor === undefined) return;
    const stranger = spec();
    await backdoor.addStranger(stranger.user, 'Secret1');
    const client = await connect(stranger);
    await provisioner.reconcile([]);
    await expect(provisioner.provision(stranger)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(provisioner.deprovision(stranger.user)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(provisioner.disconnect(stranger.user)).rejects.toMatchObject({ code: 'unavailable' });
    const closed = client.closed.then(() => 'thrown out');
    expect(await Promise.race([closed, connect(stranger).then(() => 'still there')])).toBe('still there');
  });
}

/** A broker without instances, but for this one. */
async function startClean({ rent, provisioner }: Rental): Promise<InstanceSpec> {
  await provisioner.reconcile([]);
  return await rent();
}

function backdoorOf({ opened }: Rental): Backdoor | undefined {
  return opened.backdoor;
}
