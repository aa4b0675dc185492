/** Pins what happens around a request: it is counted, noted for whoever asks who changed what, and agreed on among bridges. */

import { beforeEach, describe, expect, it } from 'vitest';
import type { UserRecord } from '../../../src/core/accounts/records.ts';
import { agreed } from '../../../src/core/requests/agreed.ts';
import { audit } from '../../../src/core/requests/audit.ts';
import { countRequests } from '../../../src/core/requests/counts.ts';
import type { Outcome, Registry } from '../../../src/core/requests/registry.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import type { Envelope } from '../../../src/protocol/envelope.ts';
import type { ErrorCode } from '../../../src/protocol/errors.ts';
import { recordingLog } from '../../support/recording-log.ts';

const ORIGIN = { transport: 'http', address: '192.0.2.1' } as const;
const GOOD: Outcome = { ok: true, value: 7 };
const asked = (command: Envelope['command'], module = 'users'): Envelope => ({ command, module, requestId: 'r' });

function refused(code: ErrorCode): Outcome {
  return { ok: false, error: new ApiError(code), body: { error: { message: '', code, details: [], context: {} } } };
}

/** Answers what it is told to, the last for ever. */
function answering(...answers: Outcome[]) {
  const heard: string[] = [];
  const registry: Registry = {
    modules: [{ name: 'users', summary: '', operations: {} }],
    execute: async ({ command, module }) => {
      heard.push(`${module} ${command}`);
      return (answers.length > 1 ? answers.shift() : answers[0]) ?? GOOD;
    },
  };
  return { registry, heard };
}

it('requests are counted by module, verb and how they ended; modules that there are not count as one', async () => {
  const { registry } = answering(GOOD, GOOD, refused('forbidden'), refused('not_found'), refused('not_found'));
  const counted = countRequests(registry);
  expect([...counted.counts()]).toEqual([]);
  expect(await counted.execute(asked('list'), ORIGIN)).toBe(GOOD);
  for (const request of [asked('list'), asked('list'), asked('read', 'a'), asked('read', 'b')]) {
    await counted.execute(request, ORIGIN);
  }
  expect([...counted.counts()]).toEqual([
    { module: 'users', command: 'list', outcome: 'ok', count: 2 },
    { module: 'users', command: 'list', outcome: 'forbidden', count: 1 },
    { module: 'unknown', command: 'read', outcome: 'not_found', count: 2 },
  ]);
  expect(counted.modules).toBe(registry.modules);
});

describe('who changes something', () => {
  const user: UserRecord = {
    ...{ id: '1', username: 'anna', passwordHash: '', canLogin: true, role: 'admin', ownerId: '', generation: 1 },
    createdAt: '',
  };
  const line = (request: Envelope, value?: unknown, session = true) => {
    const log = recordingLog();
    audit(log, request, session ? { user, tokenId: 't' } : undefined, ORIGIN, value);
    return log.lines;
  };
  const who = { by: 'anna', transport: 'http', address: '192.0.2.1', requestId: 'r' };

  it.each([
    ['users', 'a user was removed'],
    ['cameras', 'a camera was removed'],
    ['credentials', 'credentials were removed'],
    ['cronjobs', 'a job was removed'],
    ['htop', 'a process was removed'],
    ['settings', 'settings were removed'],
    ['service', 'the service was removed'],
    ['clients', 'a client of the broker was removed'],
    ['imports', 'an import was removed'],
  ])('leaves a line about %s', (module, message) => {
    expect(line({ ...asked('delete', module), entity: '7' })).toEqual([
      { level: 'info', message, fields: { audit: `${module}.delete`, entity: '7', ...who } },
    ]);
  });

  it('is told by the keys that were changed, never by their values, and by the id that was made', () => {
    const payload = { password: 'secret', role: 'admin' };
    expect(line({ ...asked('update'), entity: '7', payload }, { id: 9 })[0]).toEqual({
      ...{ level: 'info', message: 'a user was changed' },
      fields: { audit: 'users.update', entity: '7', changed: ['password', 'role'], ...who },
    });
    expect(line({ ...asked('create'), payload }, { id: 9 })[0]?.fields).toEqual({
      ...{ audit: 'users.create', entity: 9 },
      ...who,
    });
    expect(line(asked('create'), 9, false)[0]?.fields).toMatchObject({ entity: 9, by: undefined });
    expect(line(asked('update'))[0]?.fields).toMatchObject({ changed: [] });
  });

  it.each([
    asked('list'),
    asked('read'),
    asked('update', 'auth'),
    asked('update', 'toString'),
    asked('delete', 'instances'),
  ])('%j leaves none', (request) => expect(line(request, { id: 1 })).toEqual([]));
});

describe('among bridges', () => {
  let steps: string[];
  let reached: number;
  let learnt: number;
  const consistency = {
    get reached() {
      return reached;
    },
    shownEverywhere: async () => void steps.push('shown'),
    caughtUp: async () => {
      steps.push('caught up');
      reached += learnt;
      if (learnt < 0) throw new ApiError('unavailable');
    },
  };

  beforeEach(() => {
    steps = [];
    reached = 5;
    learnt = 0;
  });

  it.each(['create', 'update', 'delete'] as const)('what %s has done is answered when all show it', async (command) => {
    const { registry } = answering(GOOD);
    expect(await agreed(registry, consistency).execute(asked(command), ORIGIN)).toBe(GOOD);
    expect(steps).toEqual(['shown']);
  });

  it('what was only looked at, or refused, is answered at once', async () => {
    await agreed(answering(GOOD).registry, consistency).execute(asked('list'), ORIGIN);
    await agreed(answering(refused('forbidden')).registry, consistency).execute(asked('update'), ORIGIN);
    await agreed(answering(refused('unauthorized')).registry, consistency).execute(asked('create', 'auth'), ORIGIN);
    expect(steps).toEqual([]);
  });

  it.each(['not_found', 'unauthorized'] as const)(
    'what is refused as %s is tried once more when another bridge has made something meanwhile',
    async (code) => {
      learnt = 1;
      const { registry, heard } = answering(refused(code), GOOD);
      expect(await agreed(registry, consistency).execute(asked('update'), ORIGIN)).toBe(GOOD);
      expect([heard.length, steps]).toEqual([2, ['caught up', 'shown']]);
    },
  );

  it.each([0, -1])('and stays refused where nothing is new, or nobody can tell (%i)', async (news) => {
    learnt = news;
    const { registry, heard } = answering(refused('not_found'), GOOD);
    expect(await agreed(registry, consistency).execute(asked('read'), ORIGIN)).toMatchObject({ ok: false });
    expect([heard.length, steps]).toEqual([1, ['caught up']]);
  });

  it('has the modules of one', () => {
    const { registry } = answering(GOOD);
    expect(agreed(registry, consistency).modules).toBe(registry.modules);
  });
});
