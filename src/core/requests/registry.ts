/** Owns the one way a request is carried out: find, allow, validate, run. The single catch of the application is here. */

import { ApiError, type ErrorBody } from '../../protocol/api-error.ts';
import type { Envelope, JsonObject } from '../../protocol/envelope.ts';
import type { Command } from '../../protocol/verbs.ts';
import { type Session, type Sessions, userOf } from '../accounts/sessions.ts';
import type { Log } from '../ports.ts';
import { isAllowed, isOpenModule, rightFor } from './access.ts';
import { audit } from './audit.ts';
import { errorBody, toApiError } from './error-body.ts';
import { readPayload } from './payload.ts';
import { payloadCheck, type Schema } from './validation.ts';

/** Where a request came from, as far as a module may care. */
export interface Origin {
  readonly transport: 'mqtt' | 'http' | 'socketio' | 'cli';
  /** IP address of the peer, where known. */
  readonly address?: string;
  /** The host the client called us by: goes into stream URLs (N-36). */
  readonly host?: string;
}

export interface Call {
  readonly entity: string;
  readonly payload: JsonObject;
  /** Undefined only where the access table lets anyone in. */
  readonly session: Session | undefined;
  readonly origin: Origin;
}

export interface Operation {
  /** What the payload must look like; absent accepts any object. */
  readonly schema?: Schema;
  /** The object that was read before: its keys may come back, and those that cannot be changed are ignored. */
  readonly writtenBack?: Schema;
  /** What it answers; absent answers nothing. For the documents: what a module says is not checked. */
  readonly result?: Schema;
  /** One sentence for the documents. */
  readonly summary: string;
  run(call: Call): unknown;
}

/** One module of the API: a name and the verbs it offers. */
export interface Module {
  readonly name: string;
  readonly summary: string;
  readonly operations: Partial<Readonly<Record<Command, Operation>>>;
}

export type Outcome = { readonly ok: true; readonly value: unknown } | Failure;
interface Failure {
  readonly ok: false;
  readonly error: ApiError;
  readonly body: ErrorBody;
}

export interface Registry {
  readonly modules: readonly Module[];
  /** Never throws and never rejects. */
  execute(request: Envelope, origin: Origin): Promise<Outcome>;
}

interface Step {
  readonly operation: Operation;
  readonly check: (payload: JsonObject) => void;
}

export function createRegistry(modules: readonly Module[], sessions: Sessions, log: Log): Registry {
  const steps = new Map<string, Step>();
  for (const { name, operations } of modules) {
    for (const [command, operation] of Object.entries(operations)) {
      steps.set(`${name}.${command}`, { operation, check: payloadCheck(operation.schema ?? { type: 'object' }) });
    }
  }
  const names = new Set(modules.map(({ name }) => name));

  function find(request: Envelope, session: Session | undefined): Step {
    if (!names.has(request.module)) {
      throw new ApiError('unknown_module', { message: `Module ${request.module} not initialized` });
    }
    const step = steps.get(`${request.module}.${request.command}`);
    if (step) return step;
    if (!session && !isOpenModule(request.module)) throw new ApiError('unauthorized');
    const message = `Module ${request.module} does not implement a ${request.command} method`;
    throw new ApiError('unsupported_command', { message });
  }

  return {
    modules,
    async execute(request, origin) {
      const session = request.token === undefined ? undefined : sessions.find(request.token, origin.address);
      try {
        const step = find(request, session);
        allow(request, session);
        const { entity = '' } = request;
        const payload = readPayload(request.payload ?? {}, step.operation);
        step.check(payload);
        const value = await step.operation.run({ entity, payload, session, origin });
        audit(log, request, session, origin, value);
        return { ok: true, value };
      } catch (thrown) {
        const error = toApiError(thrown);
        logFailure(log, error, { requestId: request.requestId, module: request.module });
        return { ok: false, error, body: errorBody(error, request, session && userOf(session.user)) };
      }
    },
  };
}

/** What whoever asked did wrong is told to them alone, and that something cannot be done now is an answer like any other. */
function logFailure(log: Log, error: ApiError, fields: object): void {
  if (error.status < 500 && error.code !== 'upstream_failed') return;
  const isRefusal = error.status === 503 && error.cause === undefined;
  if (isRefusal) log.info({ ...fields, reason: error.message }, 'a request was refused');
  else log.error({ err: error.cause ?? error, ...fields }, 'a request failed');
}

function allow(request: Envelope, session: Session | undefined): void {
  const right = rightFor(request.module, request.command);
  // A verb without a row in the table is for nobody: forgetting the row must not open the door.
  if (right === undefined) throw new ApiError('forbidden');
  if (right === 'anyone') return;
  if (!session) throw new ApiError('unauthorized');
  if (!isAllowed(right, session.user.role, session.user.id, request.entity)) throw new ApiError('forbidden');
}
