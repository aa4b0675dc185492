/** Pins that our HTTP and Socket.IO are NestMTX's API when we follow it: forwarded, repaired where it leaks, refused in our form. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApiRequest } from '../contracts/api/api.contract.ts';
import { requestOverHttp } from '../support/api/http.ts';
import { connectSocket, requestOverSocketIo } from '../support/api/socketio.ts';
import { eventually } from '../support/eventually.ts';
import { type Following, startFollowing } from './following.ts';

const SECRET = 'what nobody may read';

let following: Following;
let token: string;

beforeAll(async () => {
  following = await startFollowing((upstream) => {
    upstream.addUser('anna', SECRET);
    upstream.setCamera({ id: 7, name: 'Door', mtx_path: 'door', is_enabled: true });
  });
  await eventually(() => following.states().has(7), 'the camera is mirrored, so the configured user is logged in');
});

beforeEach(async () => {
  following.upstream.silence(false);
  token = await logIn();
});

afterAll(() => following.stop());

const ask = (request: ApiRequest) => requestOverHttp(following.service.httpUrl, request);

async function logIn(): Promise<string> {
  const payload = { username: 'anna', password: SECRET };
  const answer = await ask({ command: 'create', module: 'auth', payload });
  return answer.ok ? String(Reflect.get(Object(answer.value), 'bearer')) : '';
}

async function refusal(request: ApiRequest) {
  const answer = await ask(request);
  if (answer.ok) throw new Error(`not refused: ${JSON.stringify(answer.value)}`);
  expect(JSON.stringify(answer.error)).not.toContain(SECRET);
  return answer.error;
}

describe('a forwarded request', () => {
  it('runs with the rights of the caller', async () => {
    const anna = [...following.upstream.users.values()].find(({ username }) => username === 'anna');
    const answer = await refusal({ command: 'delete', module: 'users', entity: String(anna?.id), token });
    expect(answer).toMatchObject({ code: 'own_user' });
  });

  it('without a token never borrows the login of the service', async () => {
    expect(await refusal({ command: 'list', module: 'cameras' })).toMatchObject({ code: 'unauthorized' });
    expect(await refusal({ command: 'list', module: 'users', token: 'oat_wrong' })).toMatchObject({
      code: 'unauthorized',
    });
  });

  it('of the operator runs as the configured user', async () => {
    const answer = await ask({ command: 'list', module: 'cameras', token: await following.operatorToken() });
    expect(answer).toMatchObject({ ok: true, value: { total: 1 } });
  });

  it('needs no token for health and version, which are those of NestMTX', async () => {
    expect(await ask({ command: 'list', module: 'version' })).toMatchObject({ value: { release: '1.1.1' } });
    expect(await ask({ command: 'list', module: 'health' })).toMatchObject({ value: { healthy: 'healthy' } });
  });

  it('shows addresses that lead somewhere', async () => {
    const one = await ask({ command: 'read', module: 'cameras', entity: '7', token });
    expect(one).toMatchObject({ value: { url_rtsp_tcp: 'rtsp://127.0.0.1:8554/door', url_rtmp: null } });
    const all = await ask({ command: 'list', module: 'cameras', token });
    expect(JSON.stringify(all)).not.toContain('window.location');
  });

  it('that says only a part of what a page is gets the rest by default', async () => {
    const answer = await ask({ command: 'list', module: 'users', payload: { page: 1, search: 'anna' }, token });
    expect(answer).toMatchObject({ value: { page: 1, itemsPerPage: 10, total: 1, search: 'anna' } });
  });

  describe('that changes a camera', () => {
    const update = (payload: object) => ask({ command: 'update', module: 'cameras', entity: '7', payload, token });
    const read = () => ask({ command: 'read', module: 'cameras', entity: '7', token });

    it('leaves everything else as somebody has just set it at NestMTX', async () => {
      following.upstream.setCamera({ id: 7, name: 'Door', mtx_path: 'door2', is_enabled: true, is_persistent: true });
      expect(await update({ is_persistent: false })).toEqual({ ok: true, value: undefined });
      expect(await read()).toMatchObject({ value: { mtx_path: 'door2', is_enabled: true, is_persistent: false } });
      await eventually(() => following.states().get(7)?.['path'] === 'door2', 'its state follows at once');
      expect(await update({ mtx_path: 'door' })).toMatchObject({ ok: true });
      expect(await read()).toMatchObject({ value: { mtx_path: 'door', is_enabled: true, is_persistent: false } });
    });

    it('takes a camera that was read, and changes nothing where nothing was changed', async () => {
      const before = await read();
      const asked = following.upstream.requests.length;
      expect(await update({ ...(before.ok ? Object(before.value) : {}), is_persistent: true })).toMatchObject({
        ok: true,
      });
      expect(await read()).toMatchObject({ value: { mtx_path: 'door', is_persistent: true } });
      const sent = following.upstream.requests
        .slice(asked)
        .filter((request) => Reflect.get(Object(request), 'command') === 'update');
      expect(sent).toMatchObject([{ payload: { mtx_path: 'door', is_enabled: true, is_persistent: true } }]);
      expect(await update({ name: 'Door' })).toEqual({ ok: true, value: undefined });
    });

    it('refuses what NestMTX would take and not do', async () => {
      const request = {
        command: 'update',
        module: 'cameras',
        entity: '7',
        payload: { action: 'restart' },
        token,
      } as const;
      expect(await refusal(request)).toMatchObject({
        code: 'invalid_payload',
        message: '"payload.action" is not allowed',
      });
    });

    it.each([
      ['name', 'Back door'],
      ['room', 'Yard'],
    ])('refuses another %s, which Google gives it there, and sends nothing of the rest', async (key, value) => {
      const before = await read();
      const request = { command: 'update', module: 'cameras', entity: '7', token } as const;
      expect(await refusal({ ...request, payload: { [key]: value, is_persistent: true } })).toMatchObject({
        code: 'invalid_payload',
        message: `"payload.${key}" cannot be changed: NestMTX has it from Google`,
        details: [{ path: ['payload', key], type: 'any.invalid' }],
      });
      expect(await read()).toEqual(before);
    });

    it('needs the rights of the caller, and a camera', async () => {
      expect(await refusal({ command: 'update', module: 'cameras', entity: '7', payload: {} })).toHaveProperty(
        'code',
        'unauthorized',
      );
      expect(await refusal({ command: 'update', module: 'cameras', entity: '99', payload: {}, token })).toHaveProperty(
        'code',
        'not_found',
      );
    });
  });

  it('shows of credentials that there is a secret, and not which', async () => {
    const payload = { description: 'd', oauth_client_id: SECRET, oauth_client_secret: SECRET, dac_project_id: SECRET };
    expect(await ask({ command: 'create', module: 'credentials', payload, token })).toEqual({ ok: true, value: 1 });
    const answer = await ask({ command: 'list', module: 'credentials', token });
    expect(JSON.stringify(answer)).not.toContain(SECRET);
    expect(answer).toMatchObject({
      value: { items: [{ id: 1, oauth_client_secret: null, has_secret: true, is_authenticated: false }] },
    });
  });

  it('has an empty answer where NestMTX has none', async () => {
    const payload = { mtx_path: 'door', is_enabled: false };
    const answer = await ask({ command: 'update', module: 'cameras', entity: '7', payload, token });
    expect(answer).toEqual({ ok: true, value: undefined });
  });

  it('comes out the same over Socket.IO', async () => {
    const socket = await connectSocket(following.service.httpUrl, { auth: { token } });
    expect(await requestOverSocketIo(socket, { command: 'list', module: 'cameras' })).toMatchObject({
      ok: true,
      value: { total: 1 },
    });
    const missing = await requestOverSocketIo(socket, { command: 'read', module: 'cameras', entity: '99' });
    expect(missing).toMatchObject({ ok: false, error: { code: 'not_found', message: 'Row not found' } });
    socket.disconnect();
  });
});

describe('a refusal', () => {
  it("has a code, and echoes the caller's own request without its secrets", async () => {
    const response = await fetch(`${following.service.httpUrl}/api/users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-request-id': 'mine' },
      body: JSON.stringify({ username: 'anna', password: SECRET, can_login: true }),
    });
    const { error } = JSON.parse(await response.text());
    expect(error).toEqual({
      message: 'Row already exists',
      code: 'already_exists',
      details: [],
      context: {
        command: 'create',
        module: 'users',
        requestId: 'mine',
        payload: { username: 'anna', password: '[redacted]', can_login: true },
      },
    });
  });

  it('is not found as 404, though NestMTX says 400', async () => {
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${following.service.httpUrl}/api/cameras/99`, { headers })).status).toBe(404);
  });

  it('says nothing of what an exception said', async () => {
    const payload = { username: 'who has no password', can_login: true };
    const error = await refusal({ command: 'create', module: 'users', payload, token });
    expect(error.code).toBe('upstream_failed');
    expect(JSON.stringify(error)).not.toContain('SQLITE');
    expect(following.service.log()).toContain('NestMTX failed a request');
    expect(following.service.log()).not.toContain('SQLITE');
  });

  it.each(['events', 'instances', 'nothing'])(
    'is what the module %s gets, which NestMTX does not have',
    async (module) => {
      expect(await refusal({ command: 'create', module, payload: {}, token })).toMatchObject({
        code: 'unknown_module',
      });
    },
  );

  it('comes after ten seconds when NestMTX does not answer', async () => {
    const { upstream, clock } = following;
    const before = upstream.requests.length;
    upstream.silence(true);
    const refused = refusal({ command: 'list', module: 'users', token });
    await eventually(() => upstream.requests.length > before, 'the request is sent');
    clock.advance(10_000);
    expect(await refused).toMatchObject({ code: 'upstream_failed', message: 'NestMTX did not answer' });
  });
});

it('the document is ours', async () => {
  expect(await ask({ command: 'list', module: 'swagger' })).toMatchObject({ value: { openapi: '3.1.0' } });
});
