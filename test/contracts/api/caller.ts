/** Owns how the request API's contract calls a transport: as whom, and whether an answer or a refusal is due. */

import type { ErrorBody } from '../../../src/protocol/api-error.ts';
import { type Command, needsEntity, payloadRule } from '../../../src/protocol/verbs.ts';

/** An envelope whose request id is the transport's business; the payload may be of any kind, to be refused. */
export interface ApiRequest {
  readonly command: Command;
  readonly module: string;
  readonly entity?: string;
  readonly payload?: unknown;
  readonly token?: string;
}

/** `value` is undefined for an answer without a result. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ErrorBody['error'] };

export interface ApiAccount {
  readonly id: number;
  readonly username: string;
  readonly password: string;
  readonly token: string;
}

/** A whole fresh service behind one transport, with one administrator and one user who is none. */
export interface OpenedApi {
  request(request: ApiRequest): Promise<Answer>;
  readonly admin: ApiAccount;
  readonly user: ApiAccount;
  cleanup(): Promise<void>;
}

/** The opened API as the cases use it; only while a test runs. */
export interface Caller {
  readonly admin: ApiAccount;
  readonly user: ApiAccount;
  /** The value of an answer; fails when the request is refused. */
  ok(request: ApiRequest): Promise<unknown>;
  /** Fails when the request is answered. */
  refused(request: ApiRequest): Promise<ErrorBody['error']>;
  asAdmin(request: ApiRequest): ApiRequest;
  asUser(request: ApiRequest): ApiRequest;
}

export const ABSENT = '999999';
export const NOT_FOUND = { message: 'Row not found', code: 'not_found', details: [] };

export function callerOf(opened: () => OpenedApi): Caller {
  return {
    get admin() {
      return opened().admin;
    },
    get user() {
      return opened().user;
    },
    async ok(request) {
      const answer = await opened().request(request);
      if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer.error)}`);
      return answer.value;
    },
    async refused(request) {
      const answer = await opened().request(request);
      if (answer.ok) throw new Error(`answered: ${JSON.stringify(answer.value)}`);
      return answer.error;
    },
    asAdmin: (request) => ({ ...request, token: opened().admin.token }),
    asUser: (request) => ({ ...request, token: opened().user.token }),
  };
}

/** A request that breaks no rule of the envelope. */
export function wellFormed(module: string, command: Command): ApiRequest {
  return {
    command,
    module,
    ...(needsEntity(command) ? { entity: '1' } : {}),
    ...(payloadRule(command) === 'required' ? { payload: {} } : {}),
  };
}
