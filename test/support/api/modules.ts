/** Owns a way to call modules as a transport would: through the registry, with its access table and schemas. */

import type { UserRecord } from '../../../src/core/accounts/records.ts';
import type { Sessions } from '../../../src/core/accounts/sessions.ts';
import { createRegistry, type Module, type Outcome } from '../../../src/core/requests/registry.ts';
import type { ApiError } from '../../../src/protocol/api-error.ts';
import type { Envelope } from '../../../src/protocol/envelope.ts';
import { recordingLog } from '../recording-log.ts';

type Request = Omit<Envelope, 'requestId'>;

export interface ModuleApi {
  /** As an administrator unless the request brings a token: `user`, or anything else for nobody. */
  execute(request: Request): Promise<Outcome>;
  /** The value of a request that must succeed. */
  value(request: Request): Promise<unknown>;
  /** The error of a request that must fail. */
  error(request: Request): Promise<ApiError>;
}

export function moduleApi(...modules: readonly Module[]): ModuleApi {
  const registry = createRegistry(modules, sessionStub, recordingLog());
  const execute = (request: Request) =>
    registry.execute({ token: 'admin', ...request, requestId: 'r' }, { transport: 'cli' });
  return {
    execute,
    async value(request) {
      const outcome = await execute(request);
      if (!outcome.ok) throw outcome.error;
      return outcome.value;
    },
    async error(request) {
      const outcome = await execute(request);
      if (outcome.ok) throw new Error(`expected a failure, got ${JSON.stringify(outcome.value)}`);
      return outcome.error;
    },
  };
}

/** Two people, whose tokens are the names of their roles. */
const sessionStub: Sessions = {
  find: (token) => (token === 'admin' || token === 'user' ? { user: person(token), tokenId: token } : undefined),
  isLive: () => true,
  issue: () => Promise.reject(new Error('nobody logs in here')),
  list: () => [],
  revoke: async () => undefined,
  operatorToken: () => 'operator',
};

function person(role: UserRecord['role']): UserRecord {
  return {
    id: role === 'admin' ? '1' : '2',
    username: role,
    passwordHash: '',
    canLogin: true,
    role,
    ownerId: '0'.repeat(24),
    generation: 1,
    createdAt: '2026-11-21T16:48:30.698+00:00',
  };
}
