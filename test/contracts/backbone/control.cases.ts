/** Owns what the contract says of connections: a client id is in one place, and who is sent away is sent away everywhere. */

import { expect, it } from 'vitest';
import type { Scene } from './under-test.ts';

const SESSION_TAKEN_OVER = 0x8e;
const ADMINISTRATIVE_ACTION = 0x98;
const KEY = 'instance:alice';

export function controlCases(scene: () => Scene): void {
  it('ends the connection of a client that comes again, and of no other account with the same client id', async () => {
    const { client } = scene();
    const [first, stranger] = [await client('alice', { clientId: 'same' }), await client('bob', { clientId: 'same' })];
    await client('alice', { clientId: 'same' });
    expect(await first.closed).toBe(SESSION_TAKEN_OVER);
    await stranger.publish('bob/x', 'still here', { qos: 1 });
    expect(await scene().any.sessionsEverywhere(KEY)).toHaveLength(1);
  });

  it('has one connection of a client id in the end, however often it comes at once', async () => {
    const { client } = scene();
    const coming = Array.from({ length: 12 }, () => client('alice', { clientId: 'same' }).catch(() => undefined));
    const here = (await Promise.all(coming)).filter((one) => one !== undefined);
    const last = await client('alice', { clientId: 'same' });
    await Promise.all(here.map(({ closed }) => closed));
    expect(await scene().any.sessionsEverywhere(KEY)).toHaveLength(1);
    await last.publish('alice/x', 'still here', { qos: 1 });
  });

  it('counts and ends all connections of an account, who may come back', async () => {
    const { client } = scene();
    const clients = [await client('alice'), await client('alice'), await client('alice', { version: 4 })];
    const neighbour = await client('bob');
    const ids = await scene().any.sessionsEverywhere(KEY);
    expect(ids).toHaveLength(3);
    expect(await scene().any.disconnect(KEY)).toBe(3);
    expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual([
      ADMINISTRATIVE_ACTION,
      ADMINISTRATIVE_ACTION,
      undefined,
    ]);
    expect(await scene().any.sessionsEverywhere(KEY)).toEqual([]);
    await client('alice');
    await neighbour.publish('bob/x', 'still here', { qos: 1 });
  });

  it('ends the connection of one client, wherever it is, and says whether there was one', async () => {
    const { client } = scene();
    const [one, other] = [await client('alice', { clientId: 'one' }), await client('alice', { clientId: 'other' })];
    expect(await scene().any.kick(KEY, 'one')).toBe(true);
    expect(await one.closed).toBe(ADMINISTRATIVE_ACTION);
    expect(await scene().any.kick(KEY, 'one')).toBe(false);
    await other.publish('alice/x', 'still here', { qos: 1 });
  });

  it('ends what an account has lost its rights to, wherever that is', async () => {
    const { client, directory, any } = scene();
    const clients = [await client('alice'), await client('alice')];
    directory.rekey('alice', 'alice');
    await any.settle(KEY);
    expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual([
      ADMINISTRATIVE_ACTION,
      ADMINISTRATIVE_ACTION,
    ]);
  });
}
