import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../src/client/client.ts';
import { realClock } from '../../src/client/environment.ts';
import { startUpstream, type Upstream } from '../support/upstream/upstream.ts';

const HOUR_MS = 3_600_000;
const LIST = { command: 'list', module: 'users' } as const;

let upstream: Upstream;
let client: Client;
let ahead = 0;

const logins = () => upstream.requests.filter((request) => (request as { module?: string }).module === 'auth').length;

beforeEach(async () => {
  ahead = 0;
  const now = () => Date.now() + ahead;
  upstream = await startUpstream({ now });
  client = createClient({ url: upstream.url, clock: { ...realClock, now } });
  client.connect();
  await client.connected();
});

afterEach(async () => {
  await client.close();
  await upstream.close();
});

describe('a login', () => {
  it('gives every later request its token', async () => {
    await expect(client.request(LIST)).rejects.toMatchObject({ code: 'unauthorized' });
    const login = await client.login('nestmtx', 'nestmtx');
    expect(login.user).toEqual({ id: 1, username: 'nestmtx', can_login: true });
    expect(await client.request(LIST)).toMatchObject({ total: 1 });
    expect(upstream.requests.at(-1)).toMatchObject({ token: login.bearer });
  });

  it('with a wrong password is refused and leaves the earlier one as it was', async () => {
    await client.login('nestmtx', 'nestmtx');
    await expect(client.login('nestmtx', 'guess')).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect(await client.request(LIST)).toMatchObject({ total: 1 });
  });

  it('may ask for the long life', async () => {
    await client.login('nestmtx', 'nestmtx', { rememberMe: true });
    expect(upstream.requests.at(-1)).toMatchObject({ payload: { rememberMe: true } });
  });

  it('does not carry the token of an earlier one, which would be refused', async () => {
    await client.login('nestmtx', 'nestmtx');
    const payload = { username: 'nestmtx', password: 'nestmtx' };
    expect(await client.request({ command: 'create', module: 'auth', payload })).toHaveProperty('bearer');
  });

  it('is renewed when nine tenths of its life are over, once for all who wait', async () => {
    await client.login('nestmtx', 'nestmtx');
    ahead = 21 * HOUR_MS;
    await client.request(LIST);
    expect(logins()).toBe(1);
    ahead = 22 * HOUR_MS;
    await Promise.all(Array.from({ length: 20 }, () => client.request(LIST)));
    expect(logins()).toBe(2);
  });

  it('is renewed once when the server does not know its token any more', async () => {
    await client.login('nestmtx', 'nestmtx');
    upstream.dropTokens();
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.request(LIST)));
    expect(answers).toHaveLength(20);
    expect(logins()).toBe(2);
  });

  it('whose password was changed meanwhile is tried once and then forgotten', async () => {
    upstream.addUser('carol', 'first');
    await client.login('carol', 'first');
    for (const user of upstream.users.values()) if (user.username === 'carol') user.password = 'second';
    upstream.dropTokens();
    await expect(client.request(LIST)).rejects.toMatchObject({ code: 'invalid_credentials' });
    await expect(client.request(LIST)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(logins()).toBe(2);
  });

  it('is not renewed for a token that the caller brought along', async () => {
    await client.login('nestmtx', 'nestmtx');
    await expect(client.request({ ...LIST, token: 'oat_other' })).rejects.toMatchObject({ code: 'unauthorized' });
    expect(logins()).toBe(1);
  });

  it('ends with logout, also on a server that cannot revoke', async () => {
    await client.login('nestmtx', 'nestmtx');
    await client.logout();
    expect(upstream.requests.at(-1)).toMatchObject({ command: 'delete', module: 'auth', entity: 'current' });
    await expect(client.request(LIST)).rejects.toMatchObject({ code: 'unauthorized' });
  });
});
