/** Owns what the contract says of logins: who gets in, from when, and until when. */

import { expect, it } from 'vitest';
import type { Rental } from './rental.ts';

export function loginCases(rental: () => Rental): void {
  it.each([4, 5] as const)('lets protocol version %i in once it is provisioned, and not before', async (version) => {
    const { spec, refusal, provision, connect } = rental();
    const instance = spec();
    expect(await refusal(instance.user, 'Secret1', version)).toBeDefined();
    await provision(instance);
    const client = await connect(instance, { version });
    await client.subscribe(`/${instance.user}/#`);
    await client.publish(`/${instance.user}/x`, 'mine', { qos: 1 });
    expect((await client.next(`/${instance.user}/x`)).text).toBe('mine');
  });

  it.each([4, 5] as const)('refuses unknown users and wrong passwords of version %i alike (I-25)', async (version) => {
    const { rent, refusal } = rental();
    const { user } = await rent();
    const wrong = await refusal(user, 'Secret2', version);
    expect(wrong).toBe(await refusal('Nobody', 'Secret1', version));
    expect(wrong).toBe(await refusal(user.toLowerCase(), 'Secret1', version));
    expect(wrong).toBe(await refusal(user, '', version));
  });

  it('lets many clients in under one credential (I-33)', async () => {
    const { rent, connect } = rental();
    const instance = await rent();
    const [one, other] = [await connect(instance, { clientId: 'one' }), await connect(instance, { clientId: 'other' })];
    await other.subscribe(`${instance.user}/#`);
    await one.publish(`${instance.user}/x`, 'for the other', { qos: 1 });
    expect((await other.next('#')).text).toBe('for the other');
  });

  it('does as it is told again without disturbing anybody', async () => {
    const { rent, provision, connect, settled } = rental();
    const instance = await rent();
    const client = await connect(instance);
    await provision(instance);
    await Promise.all([provision(instance), provision(instance)]);
    await settled(client, instance);
  });

  it('takes a new password: the old one and who used it are out, what is retained stays', async () => {
    const { rent, provision, connect, refusal } = rental();
    const instance = await rent();
    const old = await connect(instance);
    await old.publish(`${instance.user}/kept`, 'kept', { qos: 1, retain: true });
    const renewed = await provision({ ...instance, passwords: ['Secret2'], generation: 2 });
    await old.closed;
    expect(await refusal(instance.user, 'Secret1')).toBe(await refusal('Nobody', 'Secret1'));
    const client = await connect(renewed);
    await client.subscribe(`${instance.user}/#`);
    expect((await client.next('#')).text).toBe('kept');
  });

  it('lets both passwords in during an overlap, or the new one where it says that it cannot', async () => {
    const { rent, provision, connect, refusal, provisioner } = rental();
    const both = { ...(await rent()), passwords: ['Secret2', 'Secret1'], generation: 2 };
    await provision(both);
    await connect(both, { password: 'Secret2' });
    if (provisioner.capabilities.passwordOverlap) {
      const old = await connect(both, { password: 'Secret1' });
      const young = await connect(both, { password: 'Secret2' });
      await provision({ ...both, passwords: ['Secret2'] });
      await old.closed;
      await young.publish(`${both.user}/x`, 'still here', { qos: 1 });
    }
    await provision({ ...both, passwords: ['Secret2'], generation: 3 });
    expect(await refusal(both.user, 'Secret1')).toBeDefined();
  });

  it('refuses and throws out a disabled instance, which finds its retained messages when it is back', async () => {
    const { rent, provision, connect, refusal } = rental();
    const instance = await rent();
    const client = await connect(instance);
    await client.publish(`/${instance.user}/kept`, 'kept', { qos: 1, retain: true });
    await provision({ ...instance, enabled: false, generation: 2 });
    await client.closed;
    expect(await refusal(instance.user, 'Secret1')).toBe(await refusal('Nobody', 'Secret1'));
    await provision({ ...instance, enabled: false, generation: 2 });
    await provision({ ...instance, generation: 3 });
    const back = await connect(instance);
    await back.subscribe(`/${instance.user}/#`);
    expect((await back.next('#')).text).toBe('kept');
  });

  it('can make an instance that is disabled from the start', async () => {
    const { spec, provision, connect, refusal } = rental();
    const instance = await provision(spec({ enabled: false }));
    expect(await refusal(instance.user, 'Secret1')).toBeDefined();
    await provision({ ...instance, enabled: true });
    await connect(instance);
  });

  it('makes many instances at once', async () => {
    const { rent, connect } = rental();
    const instances = await Promise.all(Array.from({ length: 20 }, rent));
    await Promise.all(instances.map((instance) => connect(instance)));
  });
}
