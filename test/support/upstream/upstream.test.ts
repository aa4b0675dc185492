import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectClient, type TestClient } from '../brokers/mqtt-client.ts';
import { eventually } from '../eventually.ts';
import { startUpstream, type Upstream } from './upstream.ts';

let upstream: Upstream;
let client: TestClient;

beforeAll(async () => {
  upstream = await startUpstream();
  client = await connectClient({ url: upstream.url, version: 4 });
  await client.subscribe('nestmtx/+');
  await client.subscribe('nestmtx/responses/#');
});

afterAll(async () => {
  await client.end();
  await upstream.close();
});

const send = (request: unknown) => client.publish('nestmtx/requests', JSON.stringify(request));
const failure = async () => (await client.next('nestmtx/failures')).text;

async function ask(request: object, requestId = 'r'): Promise<unknown> {
  await send({ requestId, ...request });
  return JSON.parse((await client.next(`nestmtx/responses/${requestId}`)).text);
}

describe('the stand-in of upstream', () => {
  it('tells the first fault of an envelope on failures, and nowhere else', async () => {
    await send({ requestId: 'x', user: 1 });
    expect(await failure()).toBe(
      '{"error":{"message":"\\"command\\" is required","details":[{"message":"\\"command\\" is required","path":["command"],' +
        '"type":"any.required","context":{"label":"command","key":"command"}}],"context":{}}}',
    );
    expect(client.received.some(({ topic }) => topic.startsWith('nestmtx/responses/'))).toBe(false);
  });

  it.each([
    [{ command: 'LIST', module: 'x', requestId: 'x' }, 'any.only'],
    [{ command: 'list', requestId: 'x' }, 'any.required'],
    [{ command: 'list', module: 'x', requestId: 7 }, 'string.base'],
    [{ command: 'read', module: 'x', requestId: 'x', entity: 1 }, 'string.base'],
    [{ command: 'read', module: 'x', requestId: 'x', entity: '1', payload: {} }, 'any.unknown'],
    [{ command: 'list', module: 'x', requestId: 'x', payload: [] }, 'object.base'],
    [{ command: 'list', module: 'x', requestId: 'x', token: '' }, 'string.empty'],
    [{ command: 'list', module: 'x', requestId: 'x', user: 1 }, 'object.unknown'],
    ['list', 'object.base'],
  ])('refuses the envelope %j: %s', async (request, type) => {
    await send(request);
    expect(JSON.parse(await failure()).error.details[0].type).toBe(type);
  });

  it('checks the module before the token, and the token before the verb', async () => {
    const message = async (request: object) => ((await ask(request)) as { error: { message: string } }).error.message;
    expect(await message({ command: 'list', module: 'nope' })).toBe('Module nope not initialized');
    expect(await message({ command: 'list', module: 'htop' })).toBe('Unauthorized');
    expect(await message({ command: 'list', module: 'auth' })).toBe('Module auth does not implement a list method');
  });

  it('echoes passwords in clear, and the user last', async () => {
    const payload = { username: 'nestmtx', password: 'nestmtx' };
    const { bearer } = (await ask({ command: 'create', module: 'auth', payload })) as { bearer: string };
    expect(bearer).toMatch(/^oat_/);
    const answer = await ask({ command: 'create', module: 'auth', payload, token: bearer });
    expect(answer).toEqual({
      error: {
        message: 'errors.auth.create.loggedIn',
        details: [],
        context: {
          requestId: 'r',
          command: 'create',
          module: 'auth',
          payload,
          user: { id: 1, username: 'nestmtx', can_login: true },
        },
      },
    });
  });

  it('fills in no defaults for a partial list', async () => {
    const payload = { username: 'nestmtx', password: 'nestmtx' };
    const { bearer: token } = (await ask({ command: 'create', module: 'auth', payload })) as { bearer: string };
    const list = (more: object) => ask({ command: 'list', module: 'users', token, ...more });
    const items = [{ id: 1, username: 'nestmtx', can_login: true }];
    expect(await list({})).toEqual({ search: null, page: 1, itemsPerPage: 10, sortBy: null, total: 1, items });
    expect(await list({ payload: { x: 1 } })).toEqual({ x: 1, page: null, itemsPerPage: null, total: 1, items });
  });

  it('runs a retained request at every reconnect, and comes back after an id that is no topic', async () => {
    const request = { command: 'list', module: 'health', requestId: 'kept' };
    await client.publish('nestmtx/requests', JSON.stringify(request), { retain: true, qos: 1 });
    await client.next('nestmtx/responses/kept');
    await send({ command: 'list', module: 'health', requestId: 'a/+' });
    await client.next('nestmtx/responses/kept');
    await client.publish('nestmtx/requests', '', { retain: true, qos: 1 });
  });

  it('answers nobody while it is silent, and keeps its users over a restart', async () => {
    upstream.silence(true);
    const before = upstream.requests.length;
    await send({ command: 'list', module: 'health', requestId: 'silent' });
    await eventually(() => upstream.requests.length > before);
    upstream.silence(false);
    upstream.addUser('carol', 'pass');
    await upstream.restart();
    await client.closed;
    client = await connectClient({ url: upstream.url });
    await client.subscribe('nestmtx/responses/#');
    const payload = { username: 'carol', password: 'pass' };
    expect(await ask({ command: 'create', module: 'auth', payload })).toHaveProperty('bearer');
  });
});
