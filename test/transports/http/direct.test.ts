/** Pins the calls that are answered ahead of Express: to their callers they look like all others. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DirectCall } from '../../../src/core/direct-calls.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import type { JsonObject } from '../../../src/protocol/envelope.ts';
import { eventually } from '../../support/eventually.ts';
import { json, openHttp } from './setting.ts';

describe('a call that is answered directly', () => {
  let setting: Awaited<ReturnType<typeof openHttp>>;
  let answered: { name: string; body: JsonObject }[];

  beforeEach(async () => {
    setting = await openHttp({ rate: { requests: 3, windowMs: 60_000 } });
    answered = [];
    setting.http.answerDirectly('/hooks/camera', {
      admit({ headers }: DirectCall) {
        if (headers['x-forwarded-for'] !== undefined) throw new ApiError('unauthorized');
      },
      async answer({ name }, body) {
        if (name === 'breaks') throw new Error('pa55word');
        answered.push({ name, body });
        return 202;
      },
    });
  });
  afterEach(() => setting.http.close());

  it('reads forms and JSON, has no body, and is under no rate limit', async () => {
    for (let time = 0; time < 10; time += 1) {
      const form = { method: 'POST', body: new URLSearchParams({ path: 'a/b', query: 'x=1&y' }) };
      const response = await setting.get('/hooks/camera/ready?x', form);
      expect([response.status, await response.text()]).toEqual([202, '']);
    }
    await setting.get('/hooks/camera/ready/', json('POST', { path: 'a' }));
    expect(answered.at(0)).toEqual({ name: 'ready', body: { path: 'a/b', query: 'x=1&y' } });
    expect(answered.at(10)).toEqual({ name: 'ready', body: { path: 'a' } });
  });

  it.each([
    ['what it may not', { headers: { 'x-forwarded-for': '203.0.113.1' } }, 401, 'unauthorized'],
    ['broken JSON', json('POST', '{"path":'), 400, 'malformed_json'],
    ['more than 16 KB', { body: 'x'.repeat(20_000) }, 413, 'invalid_payload'],
  ])('is refused %s in the words of the API, with its id', async (_what, init, status, code) => {
    const headers = { ...init.headers, 'x-request-id': 'id-of-mine' };
    const response = await setting.get('/hooks/camera/ready', { ...init, method: 'POST', headers });
    expect(response.status).toBe(status);
    expect(response.headers.get('x-request-id')).toBe('id-of-mine');
    expect(await response.json()).toMatchObject({ error: { code, context: { requestId: 'id-of-mine' } } });
    expect(answered).toEqual([]);
  });

  it('that breaks is answered with 500 and told to the log alone', async () => {
    const response = await setting.get('/hooks/camera/breaks', { method: 'POST' });
    expect([response.status, (await response.json()).error.message]).toEqual([500, 'Internal error']);
    expect(setting.log.lines.some(({ level, message }) => level === 'error' && message === 'a request failed')).toBe(
      true,
    );
  });

  it('has its line in the log, which does not name what was asked for', async () => {
    await setting.get('/hooks/camera/secret-name', { method: 'POST' });
    const line = await eventually(() => setting.log.lines.find(({ message }) => message === 'http request'));
    expect(line.fields).toMatchObject({ method: 'POST', route: '/hooks/camera', status: 202 });
    expect(JSON.stringify(line)).not.toContain('secret-name');
  });

  it.each([
    ['GET', '/hooks/camera/ready'],
    ['POST', '/hooks/camera'],
    ['POST', '/hooks/camera/ready/now'],
    ['POST', '/hooks/others/ready'],
  ])('%s %s is somebody else’s, and there is nobody', async (method, path) => {
    expect((await setting.get(path, { method })).status).toBe(404);
    expect(answered).toEqual([]);
  });
});
