import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../src/client/client.ts';
import { startUpstream, type Upstream } from '../support/upstream/upstream.ts';

let upstream: Upstream;
let client: Client;

beforeAll(async () => {
  upstream = await startUpstream();
  upstream.setCamera({ id: 3, name: 'Garage', mtx_path: 'garage', is_enabled: true });
  client = createClient({ url: upstream.url });
  client.connect();
  await client.connected();
  await client.login('nestmtx', 'nestmtx');
});

afterAll(async () => {
  await client.close();
  await upstream.close();
});

describe('a request', () => {
  it('resolves with what the module returned', async () => {
    expect(await client.request({ command: 'list', module: 'health' })).toMatchObject({ healthy: 'healthy' });
    expect(await client.request({ command: 'read', module: 'cameras', entity: '3' })).toMatchObject({ name: 'Garage' });
  });

  it('takes a number for an entity and sends the string that the wire wants', async () => {
    await client.request({ command: 'read', module: 'cameras', entity: 3 });
    expect(upstream.requests.at(-1)).toMatchObject({ entity: '3' });
  });

  it('resolves with undefined for an empty answer', async () => {
    const payload = { username: 'bob', password: 'bobby', can_login: true };
    expect(await client.request({ command: 'create', module: 'users', payload })).toBeUndefined();
  });

  it('resolves with a bare scalar as it is', async () => {
    const payload = { description: 'Home' };
    expect(await client.request({ command: 'create', module: 'credentials', payload })).toBe(1);
  });

  it('sends only the keys it has: upstream refuses a token that is null', async () => {
    await client.request({ command: 'list', module: 'users' });
    expect(Object.keys(upstream.requests.at(-1) as object)).toEqual(['command', 'module', 'requestId', 'token']);
  });

  it('is answered beside five hundred others, each with its own answer', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => index + 10);
    for (const id of ids) upstream.setCamera({ id });
    const read = (entity: number) => client.request({ command: 'read', module: 'cameras', entity });
    const answers = await Promise.all(ids.map(read));
    expect(answers.map((answer) => (answer as { id: number }).id)).toEqual(ids);
    expect(client.pending).toBe(0);
  });

  it('is not under way when whoever is told its id throws', async () => {
    const asked = upstream.requests.length;
    const onSent = () => {
      throw new Error('not now');
    };
    await expect(client.request({ command: 'list', module: 'cameras' }, { onSent })).rejects.toThrow('not now');
    expect([client.pending, upstream.requests.length]).toEqual([0, asked]);
  });
});

describe('a refusal', () => {
  it.each([
    [{ command: 'list', module: 'users', token: 'oat_wrong' }, 'unauthorized', 'Unauthorized'],
    [{ command: 'list', module: 'nothing' }, 'unknown_module', 'Module nothing not initialized'],
    [{ command: 'read', module: 'cameras', entity: '99999' }, 'not_found', 'Row not found'],
    [{ command: 'list', module: 'htop' }, 'unsupported_command', 'Module htop does not implement a list method'],
    [{ command: 'delete', module: 'users', entity: '0' }, 'system_user', 'errors.users.delete.cannotDeleteSystemUser'],
  ] as const)('of %o is an ApiError with the code %s', async (request, code, message) => {
    await expect(client.request(request)).rejects.toMatchObject({ name: 'ApiError', code, message });
  });

  it('that upstream words in SQL loses the SQL, which has a password hash in it', async () => {
    const payload = { username: 'nestmtx', password: 'nestmtx', can_login: true };
    const error: unknown = await client
      .request({ command: 'create', module: 'users', payload })
      .catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'already_exists', message: 'Row already exists' });
    expect(JSON.stringify(error)).not.toContain('scrypt');
  });

  it('of a broken envelope comes before anything is sent, since upstream would answer nowhere', async () => {
    const before = upstream.requests.length;
    const error = { name: 'ApiError', code: 'invalid_envelope', message: '"entity" is required' };
    await expect(client.request({ command: 'read', module: 'cameras' })).rejects.toMatchObject(error);
    await client.request({ command: 'list', module: 'health' });
    expect(upstream.requests.length).toBe(before + 1);
  });
});

describe('a request without an answer', () => {
  it('is rejected when its time is up, and a late answer disturbs nobody', async () => {
    upstream.silence(true);
    const request = client.request({ command: 'list', module: 'health' }, { timeoutMs: 20 });
    await expect(request).rejects.toMatchObject({
      name: 'ClientError',
      code: 'timeout',
      message: 'no answer to list health within 20 ms',
    });
    upstream.silence(false);
    expect(client.pending).toBe(0);
  });

  it('is rejected when its caller aborts it', async () => {
    upstream.silence(true);
    const abort = new AbortController();
    const request = client.request({ command: 'list', module: 'health' }, { signal: abort.signal });
    abort.abort();
    await expect(request).rejects.toMatchObject({ code: 'aborted' });
    await expect(client.request({ command: 'list', module: 'health' }, { signal: abort.signal })).rejects.toMatchObject(
      { code: 'aborted' },
    );
    upstream.silence(false);
  });

  it('is rejected at once before there is a connection', async () => {
    const idle = createClient({ url: upstream.url });
    await expect(idle.request({ command: 'list', module: 'health' })).rejects.toMatchObject({ code: 'not_connected' });
  });

  it('is rejected when the client is closed, as is every later one', async () => {
    const other = createClient({ url: upstream.url });
    other.connect();
    await other.connected();
    upstream.silence(true);
    const pending = other.request({ command: 'list', module: 'health' });
    const settled = expect(pending).rejects.toMatchObject({ code: 'closed' });
    await other.close();
    await settled;
    upstream.silence(false);
    await expect(other.request({ command: 'list', module: 'health' })).rejects.toMatchObject({ code: 'closed' });
    expect(other.state).toBe('closed');
  });
});
