/** Pins what the registry refuses before a module is asked, and what it says to whom when a module fails. */

import { describe, expect, it } from 'vitest';
import type { Session, Sessions } from '../../../src/core/accounts/sessions.ts';
import { createRegistry, type Module } from '../../../src/core/requests/registry.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import type { Envelope } from '../../../src/protocol/envelope.ts';
import { isCommand } from '../../../src/protocol/verbs.ts';
import { recordingLog } from '../../support/recording-log.ts';

const session = (id: string, role: 'admin' | 'user' | 'device'): Session => ({
  tokenId: id,
  user: { id, username: role, passwordHash: '', canLogin: true, role, ownerId: id, generation: 1, createdAt: '' },
});
const SESSIONS: Readonly<Record<string, Session>> = {
  root: session('1', 'admin'),
  carol: session('2', 'user'),
  plug: session('3', 'device'),
};

function setting(run: () => unknown = () => 'done') {
  const log = recordingLog();
  const found: unknown[] = [];
  const asked: string[] = [];
  const sessions: Sessions = {
    find(token, address) {
      found.push([token, address]);
      return SESSIONS[token];
    },
    isLive: () => false,
    issue: async () => ({ token: '', expiresAtMs: 0 }),
    list: () => [],
    revoke: async () => undefined,
    operatorToken: () => '',
  };
  const operation = (name: string) => ({
    summary: '',
    run() {
      asked.push(name);
      return run();
    },
  });
  const module = (name: string, verbs: readonly (keyof Module['operations'])[]): Module => ({
    name,
    summary: '',
    operations: Object.fromEntries(verbs.map((verb) => [verb, operation(`${name} ${verb}`)])),
  });
  const modules = [
    module('cameras', ['list', 'create']),
    module('users', ['read', 'update']),
    module('version', ['list']),
    module('forgotten', ['list', 'create']),
  ];
  const registry = createRegistry(modules, sessions, log);
  const ask = (words: string, more: Partial<Envelope> = {}) => {
    const [command, name = ''] = words.split(' ');
    if (!isCommand(command)) throw new Error(`${command} is no verb`);
    const origin = { transport: 'mqtt', address: '192.0.2.1' } as const;
    return registry.execute({ requestId: 'r', command, module: name, ...more }, origin);
  };
  const outcome = async (words: string, token?: string, more: Partial<Envelope> = {}) => {
    const answer = await ask(words, { ...more, ...(token === undefined ? {} : { token }) });
    return answer.ok ? answer.value : answer.error.code;
  };
  return { outcome, ask, asked, found, log };
}

describe('a request', () => {
  it.each(['root', 'carol', undefined])(
    'for a verb that has no row in the access table is for nobody, not for %s',
    async (who) => {
      const { outcome, asked } = setting();
      expect([await outcome('list forgotten', who), await outcome('create forgotten', who)]).toEqual([
        'forbidden',
        'forbidden',
      ]);
      expect(asked).toEqual([]);
    },
  );

  it('for a verb that a module lacks is told to those who are logged in; to strangers in open modules alone', async () => {
    const { outcome } = setting();
    expect(await outcome('delete cameras')).toBe('unauthorized');
    expect(await outcome('delete cameras', 'wrong')).toBe('unauthorized');
    expect(await outcome('delete cameras', 'carol')).toBe('unsupported_command');
    expect(await outcome('delete version')).toBe('unsupported_command');
  });

  it('for a module that is none is told to anybody', async () => {
    const { outcome } = setting();
    expect([await outcome('list nope'), await outcome('list constructor', 'root')]).toEqual([
      'unknown_module',
      'unknown_module',
    ]);
  });

  it('is carried out for whoever has the right, and for nobody else', async () => {
    const { outcome, asked } = setting();
    const outcomes = [];
    for (const who of [undefined, 'wrong', 'plug', 'carol', 'root'])
      outcomes.push(await outcome('create cameras', who));
    expect(outcomes).toEqual(['unauthorized', 'unauthorized', 'forbidden', 'forbidden', 'done']);
    expect(asked).toEqual(['cameras create']);
  });

  it('on oneself is carried out, on others it is not', async () => {
    const { outcome } = setting();
    expect(await outcome('read users', 'carol', { entity: '2' })).toBe('done');
    expect(await outcome('read users', 'carol', { entity: '1' })).toBe('forbidden');
    expect(await outcome('read users', 'root', { entity: '2' })).toBe('done');
  });

  it('without a token has none looked up; with one its address is known', async () => {
    const { outcome, found } = setting();
    expect(await outcome('list version')).toBe('done');
    expect(found).toEqual([]);
    await outcome('list cameras', 'carol');
    expect(found).toEqual([['carol', '192.0.2.1']]);
  });
});

describe('a module that fails', () => {
  const failing = async (error: unknown) => {
    const { ask, log } = setting(() => {
      throw error;
    });
    const answer = await ask('list cameras', { token: 'carol' });
    const lines = log.lines.map(({ level, message, fields }) => ({ level, message, ...fields }));
    return { code: answer.ok ? 'ok' : answer.error.code, lines, body: answer.ok ? undefined : answer.body.error };
  };

  it('by what nobody thought of says `internal` to whoever asked, and the cause to the log', async () => {
    const cause = new Error('secret plans');
    const { code, lines, body } = await failing(cause);
    expect(code).toBe('internal');
    expect(JSON.stringify(body)).not.toContain('secret plans');
    expect(lines).toEqual([
      { level: 'error', message: 'a request failed', err: cause, requestId: 'r', module: 'cameras' },
    ]);
  });

  it('since what it asked failed says so to the log, too', async () => {
    const error = new ApiError('upstream_failed', { message: 'Google is silent' });
    expect((await failing(error)).lines).toEqual([
      { level: 'error', message: 'a request failed', err: error, requestId: 'r', module: 'cameras' },
    ]);
  });

  it('by the fault of whoever asked says nothing to the log', async () => {
    expect((await failing(new ApiError('not_found'))).lines).toEqual([]);
  });

  it('since it cannot be done now says so as information, unless something broke', async () => {
    const refusal = new ApiError('no_snapshot', { message: 'not now' });
    expect((await failing(refusal)).lines).toEqual([
      { level: 'info', message: 'a request was refused', reason: 'not now', requestId: 'r', module: 'cameras' },
    ]);
    const cause = new Error('disk');
    expect((await failing(new ApiError('no_snapshot', { cause }))).lines).toMatchObject([
      { level: 'error', err: cause },
    ]);
  });

  it('tells who asked, at the end of the echo', async () => {
    const { body } = await failing(new ApiError('not_found'));
    expect(Object.keys(body?.context ?? {}).at(-1)).toBe('user');
  });
});
