import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AccountSetup, createInstanceAccount } from '../../../nodes/runtime/instance/account.ts';
import { eventually } from '../../support/eventually.ts';
import { type HttpStandIn, startHttpStandIn } from '../../support/http-stand-in.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { startSilentHttp } from '../../support/silent-http.ts';

const LIST = { method: 'GET', path: '/mqtt' } as const;
const HOW = { timeoutMs: 5000 };
const DAY_MS = 86_400_000;

let api: HttpStandIn;
let clock: ManualClock;
/** What the login answers, one after the other; the last one stays. */
let tokens: string[];
/** What is let in. */
let isGood: (token: string) => boolean;

beforeAll(async () => {
  api = await startHttpStandIn();
});

beforeEach(() => {
  clock = manualClock();
  tokens = ['first', 'second', 'third'];
  isGood = () => true;
  const isLogin = ({ target }: { target: string }) => target === '/v1/auth/login';
  api.answer((request) => {
    const bearer = request.headers.authorization ?? '';
    if (isLogin(request)) return { body: { user: { id: '1', role: 'user' }, token: tokens.shift() } };
    return isGood(bearer.replace('Bearer ', '')) ? { body: { bearer } } : { status: 401, body: 'Unauthorized' };
  });
});

afterAll(() => api.close());

function open(more: Partial<AccountSetup> = {}) {
  const login = { kind: 'password', username: 'me', password: 'secret' } as const;
  const account = createInstanceAccount({ url: `${api.url}/v1`, login, brokerTls: 'auto', clock, ...more });
  const before = api.requests.length;
  const sent = () => api.requests.slice(before);
  return { ...account, sent, logins: () => sent().filter(({ target }) => target === '/v1/auth/login') };
}

describe('an account at an instance API', () => {
  it('logs in once for many calls, by name or by address of mail', async () => {
    const account = open();
    const answers = await Promise.all([1, 2, 3].map(() => account.call(LIST, HOW)));
    expect(answers.map(({ body }) => body)).toEqual(Array(3).fill({ bearer: 'Bearer first' }));
    expect(account.logins().map(({ body }) => JSON.parse(body))).toEqual([{ username: 'me', password: 'secret' }]);
    const other = open({ login: { kind: 'password', username: 'me@example.com', password: 'secret' } });
    await other.call(LIST, HOW);
    expect(other.logins().map(({ body }) => JSON.parse(body))).toEqual([
      { email: 'me@example.com', password: 'secret' },
    ]);
  });

  it.each([
    ['a day where it does not say', 'opaque', DAY_MS],
    ['as long as a JWT says', (nowMs: number) => jwt(nowMs + 30 * DAY_MS), 30 * DAY_MS],
  ])('renews its token when nine tenths of its life are over, which is %s', async (_what, token, lifeMs) => {
    tokens = [typeof token === 'string' ? token : token(clock.now()), 'renewed'];
    const account = open();
    await account.call(LIST, HOW);
    clock.advance(0.89 * lifeMs);
    await account.call(LIST, HOW);
    expect(account.logins()).toHaveLength(1);
    clock.advance(0.02 * lifeMs);
    expect((await account.call(LIST, HOW)).body).toEqual({ bearer: 'Bearer renewed' });
  });

  it('logs in again once when its token is refused, and then believes it', async () => {
    const account = open();
    await account.call(LIST, HOW);
    isGood = (token) => token === 'second';
    await Promise.all([1, 2, 3].map(() => account.call(LIST, HOW)));
    expect(account.logins()).toHaveLength(2);
    isGood = () => false;
    await expect(account.call(LIST, HOW)).rejects.toMatchObject({
      status: 401,
      code: 'unauthorized',
      message: 'Unauthorized',
    });
    expect(account.logins()).toHaveLength(3);
  });

  it('tries a wrong password only once a minute', async () => {
    api.answer(() => ({ status: 401, body: { error: 'Login or password is wrong' } }));
    const account = open();
    const wrong = { code: 'invalid_credentials', message: 'Login or password is wrong', status: 401 };
    for (let attempt = 0; attempt < 3; attempt += 1) await expect(account.call(LIST, HOW)).rejects.toMatchObject(wrong);
    expect(account.logins()).toHaveLength(1);
    clock.advance(60_000);
    await expect(account.call(LIST, HOW)).rejects.toMatchObject(wrong);
    expect(account.logins()).toHaveLength(2);
  });

  it('follows no redirection: the token would travel along', async () => {
    const account = open({ login: { kind: 'token', token: 'mine' } });
    api.answer(() => ({ status: 307, headers: { location: `${api.url}/elsewhere` } }));
    await expect(account.call(LIST, HOW)).rejects.toMatchObject({ status: 307, code: 'refused' });
    expect(account.sent()).toHaveLength(1);
  });

  it.each([
    [
      500,
      { message: 'Error when creating MQTT instance', error: 'no broker (request 7)' },
      'internal',
      'Error when creating MQTT instance',
    ],
    [403, { message: 'Maximum reached' }, 'forbidden', 'Maximum reached'],
    [412, { message: 'changed meanwhile' }, 'conflict', 'changed meanwhile'],
    [
      404,
      '<!DOCTYPE html><pre>Cannot POST /v1/mqtt/1/rotate</pre>',
      'not_found',
      'the instance API answered 404 without a message',
    ],
    [418, {}, 'refused', 'the instance API answered 418 without a message'],
  ])('passes on the words of a %s', async (status, body, code, message) => {
    const account = open({ login: { kind: 'token', token: 'mine' } });
    api.answer(() => ({ status, body }));
    await expect(account.call(LIST, HOW)).rejects.toMatchObject({ status, code, message });
  });

  it('gives up when the time is up or the caller goes, even while it logs in', async () => {
    const silent = await startSilentHttp();
    const account = open({ url: `${silent.url}/v1` });
    const late = account.call(LIST, HOW);
    const caller = new AbortController();
    const left = account.call(LIST, { ...HOW, signal: caller.signal });
    await eventually(() => silent.asked() > 0);
    caller.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    clock.advance(5000);
    await expect(late).rejects.toMatchObject({ code: 'timeout' });
    clock.advance(5000);
    await silent.close();
    expect(clock.waiting).toBe(0);
  });

  it('takes port 8883 for TLS, unless it is told', () => {
    expect(['8883', '1883'].map(open().usesTls)).toEqual([true, false]);
    expect(['8883', '1883'].map(open({ brokerTls: 'always' }).usesTls)).toEqual([true, true]);
    expect(['8883', '1883'].map(open({ brokerTls: 'never' }).usesTls)).toEqual([false, false]);
  });
});

function jwt(expiresAtMs: number): string {
  const claims = Buffer.from(JSON.stringify({ exp: expiresAtMs / 1000 })).toString('base64url');
  return `e30.${claims}.signature`;
}
