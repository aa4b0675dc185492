/** Pins what is asked of the other bridges for a request, and when it is run once more: where what it lacked has come meanwhile, and never a login. */

import { beforeEach, expect, it } from 'vitest';
import type { Consistency } from '../../../src/core/cluster/consistency.ts';
import { agreed } from '../../../src/core/requests/agreed.ts';
import type { Outcome, Registry } from '../../../src/core/requests/registry.ts';
import { ApiError, type ErrorBody } from '../../../src/protocol/api-error.ts';
import type { Envelope } from '../../../src/protocol/envelope.ts';

let asked: string[];
let outcomes: Outcome[];
let hasNews: boolean;
let registry: Registry;

beforeEach(() => {
  asked = [];
  hasNews = false;
  let reached = 1;
  const consistency: Consistency = {
    get reached() {
      return reached;
    },
    shownEverywhere: async () => void asked.push('shown'),
    async caughtUp() {
      asked.push('caught up');
      if (hasNews) reached += 1;
    },
  };
  const plain: Registry = {
    modules: [],
    async execute() {
      asked.push('run');
      return outcomes.shift() ?? { ok: true, value: undefined };
    },
  };
  registry = agreed(plain, consistency);
});

const BODY: ErrorBody = { error: { message: '', code: 'not_found', details: [], context: {} } };
const refused = (code: 'not_found' | 'unauthorized' | 'forbidden'): Outcome => {
  return { ok: false, error: new ApiError(code), body: BODY };
};
const run = (command: Envelope['command'], module = 'cameras') =>
  registry.execute({ command, module, requestId: 'r' }, { transport: 'http' });

it('what changes something is answered when the others show it; what only looks, and what fails, asks nobody', async () => {
  outcomes = [];
  for (const command of ['create', 'update', 'delete'] as const) await run(command);
  expect(asked).toEqual(['run', 'shown', 'run', 'shown', 'run', 'shown']);
  asked = [];
  outcomes = [{ ok: true, value: 1 }, refused('forbidden')];
  await run('list');
  await run('update');
  expect(asked).toEqual(['run', 'run']);
});

it('what lacks something is run once more where there was news, and is refused where there was none', async () => {
  outcomes = [refused('not_found')];
  expect(await run('read')).toMatchObject({ ok: false });
  expect(asked).toEqual(['run', 'caught up']);
  [asked, hasNews, outcomes] = [[], true, [refused('unauthorized')]];
  expect(await run('read')).toMatchObject({ ok: true });
  expect(asked).toEqual(['run', 'caught up', 'run']);
});

it('a login that was refused is not run again: each guess counts once', async () => {
  hasNews = true;
  outcomes = [refused('unauthorized')];
  expect(await run('create', 'auth')).toMatchObject({ ok: false });
  expect(asked).toEqual(['run']);
});
