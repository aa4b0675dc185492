/** Owns how the console asks the API: typed requests, and refusals by their code. Whatever it can do, a program can. */

import { isObject } from '../../protocol/envelope.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { isCommand } from '../../protocol/verbs.ts';
import type { Violation } from '../../protocol/violation.ts';
import { send } from './live.ts';
import type { Operations } from './operations.ts';
import { endSession, token } from './session.ts';

/** `unreachable`: nobody answered. */
export type RefusalCode = ErrorCode | 'unreachable';

/** What the service, or nobody, answered instead of doing it. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly details: readonly Violation[];

  constructor(code: RefusalCode, message: string, details: readonly Violation[] = []) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

type Payload<O extends keyof Operations> = Operations[O]['payload'];

/**
 * @param entity which one, where the verb needs it
 * @throws Refusal, and nothing else
 */
export async function call<O extends keyof Operations>(
  operation: O,
  ...[payload, entity]: undefined extends Payload<O>
    ? [payload?: undefined, entity?: string | number]
    : [payload: Payload<O>, entity?: string | number]
): Promise<Operations[O]['answer']> {
  const [module = '', command = ''] = operation.split(/[. ]/);
  if (!isCommand(command)) throw new Refusal('unsupported_command', operation);
  const request = {
    module,
    command,
    ...(payload === undefined ? {} : { payload }),
    ...(entity === undefined ? {} : { entity: String(entity) }),
  };
  const answer = await send(request).catch((cause: unknown) => {
    throw new Refusal('unreachable', String(cause));
  });
  const refusal = refusalIn(answer);
  if (refusal?.code === 'unauthorized') endSession();
  if (refusal) throw refusal;
  // What the service answers is held to its schemas by its own suites; these types are made from the same.
  return answer as Operations[O]['answer'];
}

/** A file of the API, such as a picture, which has an address of its own. @param address relative, such as `api/cameras/1/snapshot` @throws Refusal */
export async function download(address: string): Promise<Blob> {
  const response = await ask(address, {});
  return response.blob();
}

/**
 * By HTTP, for what comes before the connection or does not fit through it.
 * @param bearer null: as nobody
 * @throws Refusal
 */
export async function ask(
  address: string,
  init: RequestInit,
  bearer: string | null = token.peek() ?? null,
): Promise<Response> {
  const headers = new Headers(init.headers);
  if (bearer !== null) headers.set('Authorization', `Bearer ${bearer}`);
  const response = await fetch(address, { ...init, headers, cache: 'no-store' }).catch((cause: unknown) => {
    throw new Refusal('unreachable', String(cause));
  });
  if (response.ok) return response;
  const answer: unknown = await response.json().catch(() => undefined);
  throw refusalIn(answer) ?? new Refusal('upstream_failed', `${response.status} ${response.statusText}`);
}

function refusalIn(answer: unknown): Refusal | undefined {
  if (!isObject(answer) || !isObject(answer['error'])) return undefined;
  const { code, message, details } = answer['error'];
  // A code of a newer service has no words here, and is shown as it is.
  return new Refusal(code as ErrorCode, String(message), Array.isArray(details) ? details : []);
}
