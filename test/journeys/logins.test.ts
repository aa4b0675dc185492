/** Follows guesses through every door of one service: what was guessed at one counts at the others, and costs a few hashes at most (I-25). */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refused } from '../support/api/mqtt.ts';
import { connectSocket, requestOverSocketIo } from '../support/api/socketio.ts';
import { ADMIN, type Service, startService } from '../support/service.ts';

let service: Service;

beforeAll(async () => {
  service = await startService();
});

afterAll(() => service.stop());

function post(path: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(service.httpUrl + path, { method: 'POST', headers, body: JSON.stringify(body) });
}

describe('wrong logins', () => {
  it('at once are refused at once, but for a few, and told when to come back', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, count) => post('/v1/auth/login', { username: 'flood', password: `${count}` })),
    );
    const waits = answers.map(({ status, headers }) => [status, headers.get('retry-after')].join(' '));
    const verified = waits.filter((wait) => wait === '401 ');
    expect(verified.length).toBeLessThanOrEqual(10);
    // Some find no place in the queue, and those that come later no token.
    for (const wait of waits) expect(['401 ', '429 1', '429 6']).toContain(wait);
  });

  it('of one name count together, whichever door they were tried at', async () => {
    const wrong = { username: 'someone', password: 'wrong' };
    const client = await service.client();
    const socket = await connectSocket(service.httpUrl);
    const login = { command: 'create', module: 'auth', payload: wrong } as const;
    for (let count = 0; count < 3; count += 1) {
      expect((await post('/v1/auth/login', wrong)).status).toBe(401);
      expect((await post('/api/auth', wrong)).status).toBe(400);
      expect(await refused(client, login)).toHaveProperty('code', 'invalid_credentials');
    }
    await expect(service.client({ username: 'someone', password: 'wrong' })).rejects.toHaveProperty('code', 0x86);
    await expect(service.client({ username: 'someone', password: 'wrong' })).rejects.toHaveProperty('code', 0x9f);
    const answer = await post('/api/auth', wrong);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '6']);
    expect((await post('/v1/auth/login', wrong)).status).toBe(429);
    expect(await refused(client, login)).toHaveProperty('code', 'rate_limited');
    expect(await requestOverSocketIo(socket, login)).toMatchObject({ ok: false, error: { code: 'rate_limited' } });
    socket.disconnect();
  });

  it('bar nobody whose password was right lately', async () => {
    for (let count = 0; count < 12; count += 1) await post('/api/auth', { ...ADMIN, password: `wrong ${count}` });
    expect((await post('/api/auth', { ...ADMIN, password: 'wrong' })).status).toBe(429);
    expect((await post('/api/auth', ADMIN)).status).toBe(201);
    await service.client();
  });

  it('are told: as an event, and to administrators by name and network', async () => {
    const { bearer } = await (await post('/api/auth', ADMIN)).json();
    const failed = (token: string) =>
      fetch(`${service.httpUrl}/api/auth/failed`, { headers: { authorization: `Bearer ${token}` } });
    const { count, items } = await (await failed(bearer)).json();
    expect(count).toBeGreaterThan(60);
    expect(items).toContainEqual(
      expect.objectContaining({ username: ADMIN.username, network: '127.0.0.1', times: expect.any(Number) }),
    );
    expect(JSON.stringify(items)).not.toContain('flood');
    expect(service.log()).toContain('several logins have failed');
    expect((await failed('')).status).toBe(401);
  });

  it('at the broker are one line in the log, however many there are', async () => {
    for (let count = 0; count < 5; count += 1) {
      await expect(service.client({ username: 'logged', password: 'wrong' })).rejects.toThrow();
    }
    const lines = service
      .log()
      .split('\n')
      .filter((line) => line.includes('a broker login was refused'));
    expect(lines).toHaveLength(1);
  });
});
