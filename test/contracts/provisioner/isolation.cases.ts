/** Owns what the contract says of an instance's reach: its two roots and nothing else, for reading and writing (I-30 to I-33). */

import { expect, it } from 'vitest';
import type { Rental } from './rental.ts';

const VERSIONS = [4, 5] as const;

export function isolationCases(rental: () => Rental): void {
  it.each(VERSIONS)('grants version %i every filter under its two roots', async (version) => {
    const { rent, connect } = rental();
    const instance = await rent();
    const own = ['', '/#', '/+', '/a/b', '/+/b/#', '/'].flatMap((rest) => [
      instance.user + rest,
      `/${instance.user}${rest}`,
    ]);
    const client = await connect(instance, { version });
    expect(await client.subscribe(own)).toEqual(own.map(() => 1));
  });

  it.each(VERSIONS)(
    'refuses version %i every filter that reaches further, and keeps the connection (I-31)',
    async (version) => {
      const { rent, connect, settled, provisioner } = rental();
      const [instance, other] = [await rent(), await rent()];
      const { user } = instance;
      const wild = ['#', '+', '+/#', '+/x', '/#', '/+/#', '/+/x', '+/+', '//#', `+/${user}/#`, `//${user}/#`];
      const broker = ['$SYS/#', '$SYS/broker/uptime', '$CONTROL/#', '$CONTROL/dynamic-security/v1/response'];
      const shared = [
        // Its own topics it may share, on a broker that knows how.
        ...(provisioner.capabilities.sharedSubscriptions ? [] : [`$share/g/${user}/#`, `$share/g//${user}/#`]),
        '$share/g/#',
        `$share/${user}/#`,
        `$share/g/${other.user}/#`,
      ];
      const names = [
        other.user,
        user.toLowerCase(),
        user.slice(0, -1),
        `${user}x`,
        'nestmtx',
        '/nestmtx',
        'homeassistant',
      ];
      const filters = [...wild, ...broker, ...shared, ...names.flatMap((name) => [name, `${name}/#`, `/${name}/+`])];
      const client = await connect(instance, { version });
      const granted = await client.subscribe([...filters, `${user}/ok`]);
      const refused = version === 5 ? 0x87 : 0x80;
      const judged = new Map(filters.map((filter, index) => [filter, granted[index]]));
      // MQTT 5.0, 4.8: that is what shared subscriptions are called that a broker does not have at all.
      const known = version === 5 ? [refused, 0x9e] : [refused];
      for (const [filter, code] of judged) expect(known, filter).toContain(code);
      expect(granted.at(-1)).toBe(1);
      await settled(client, instance);
    },
  );

  it.each(VERSIONS)('delivers nothing that version %i publishes outside, now or later (I-32)', async (version) => {
    const { rent, connect, settled, traits } = rental();
    const [instance, victim] = [await rent(), await rent()];
    const reader = await connect(victim);
    await reader.subscribe([`${victim.user}/#`, `/${victim.user}/#`]);
    for (const topic of [`${victim.user}/evil`, `/${victim.user}/evil`]) {
      for (const qos of [0, 1, 2] as const) {
        const intruder = await connect(instance, { version });
        const refused = intruder.publish(topic, 'evil', { qos, retain: true }).catch(() => 'refused');
        await Promise.race([refused, intruder.closed]);
        if (traits.expelsIntruders) expect(await intruder.closed).toBe(version === 5 ? 0x87 : undefined);
        else await settled(intruder, instance);
      }
    }
    await settled(reader, victim);
    const late = await connect(victim);
    await late.subscribe([`${victim.user}/#`, `/${victim.user}/#`]);
    await settled(late, victim);
    for (const { received } of [reader, late]) expect(received.filter(({ text }) => text === 'evil')).toEqual([]);
  });

  it.each(VERSIONS)('lets no will of version %i fire outside (I-32)', async (version) => {
    const { rent, connect, settled, traits } = rental();
    const [instance, victim] = [await rent(), await rent()];
    const reader = await connect(victim);
    await reader.subscribe(`${victim.user}/#`);
    const will = { topic: `${victim.user}/will`, payload: Buffer.from('evil'), qos: 1, retain: true } as const;
    const connecting = connect(instance, { version, will });
    if (traits.refusesForeignWills) await expect(connecting).rejects.toHaveProperty('code');
    else await (await connecting).destroy();
    await rental().settled(await connect(instance), instance);
    await settled(reader, victim);
    expect(reader.received.filter(({ topic }) => topic === will.topic)).toEqual([]);
  });

  it.each(VERSIONS)('fires a will of version %i inside', async (version) => {
    const { rent, connect } = rental();
    const instance = await rent();
    const reader = await connect(instance);
    await reader.subscribe(`/${instance.user}/#`);
    const will = { topic: `/${instance.user}/will`, payload: Buffer.from('gone'), qos: 1, retain: false } as const;
    await (await connect(instance, { version, will })).destroy();
    expect((await reader.next(will.topic)).text).toBe('gone');
  });

  it.each(VERSIONS)("opens no session of another instance's client id in version %i", async (version) => {
    const { rent, connect, settled } = rental();
    const [victim, thief] = [await rent(), await rent()];
    const session = {
      version,
      clientId: `shared-${victim.user}`,
      clean: false,
      properties: { sessionExpiryInterval: 600 },
    };
    const { properties, ...before5 } = session;
    const options = version === 5 ? { ...before5, properties } : before5;
    const away = await connect(victim, options);
    await away.subscribe(`${victim.user}/#`);
    await away.end();
    const sender = await connect(victim);
    await sender.publish(`${victim.user}/x`, 'secret', { qos: 1 });
    const nosy = await connect(thief, options);
    await sender.publish(`${victim.user}/x`, 'another secret', { qos: 1 });
    await settled(nosy, thief);
    expect(nosy.received.filter(({ topic }) => topic.includes(victim.user))).toEqual([]);
  });

  it('keeps equal client ids of two instances apart, or says that it cannot (I-33)', async () => {
    const { rent, connect, settled, provisioner } = rental();
    const [instance, other] = [await rent(), await rent()];
    const client = await connect(instance, { clientId: 'same' });
    await settled(await connect(other, { clientId: 'same' }), other);
    if (provisioner.capabilities.clientIdIsolation) await settled(client, instance);
    else await client.closed;
  });
}
