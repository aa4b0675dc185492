/** Owns which request a message asks for; refuses what cannot be one before anything is sent. */

import type { Request } from '../../../src/client/requests/requests.ts';
import { isObject } from '../../../src/protocol/envelope.ts';
import { COMMANDS, isCommand, needsEntity, payloadRule } from '../../../src/protocol/verbs.ts';
import type { TypedValues } from '../typed-value.ts';

/** Properties of the dialog; each has its type beside it. */
export interface RequestFields {
  readonly command: string;
  readonly commandType: string;
  readonly module: string;
  readonly moduleType: string;
  readonly entity: string;
  readonly entityType: string;
  readonly payload: string;
  readonly payloadType: string;
  readonly timeout: string;
  readonly timeoutType: string;
}

const DEFAULT_TIMEOUT_SECONDS = 10;
const LONGEST_TIMEOUT_SECONDS = 3600;

/** @throws Error in words for the user */
export async function requestOf(fields: RequestFields, values: TypedValues): Promise<Request> {
  const command = await values.readText(fields.command, fields.commandType);
  if (!isCommand(command)) throw new Error(`the command must be one of ${COMMANDS.join(', ')}, not ${shown(command)}`);
  const module = await values.readText(fields.module, fields.moduleType);
  if (module === undefined) throw new Error('the request needs a module, such as cameras');
  const entity = needsEntity(command) ? await values.readText(fields.entity, fields.entityType) : undefined;
  if (needsEntity(command) && entity === undefined) throw new Error(`${command} needs an entity: the id of a record`);
  const rule = payloadRule(command);
  const payload = rule === 'forbidden' ? undefined : await values.read(fields.payload, fields.payloadType);
  if (isObject(payload)) return { command, module, entity, payload };
  // A list takes what an inject or a button sends, too: it needs nothing of it.
  if (rule === 'required') throw new Error(`${command} needs a payload that is an object, not ${shown(payload)}`);
  return { command, module, entity };
}

/** @throws Error in words for the user */
export async function timeoutMsOf(fields: RequestFields, values: TypedValues): Promise<number> {
  const text = await values.readText(fields.timeout, fields.timeoutType);
  const seconds = text === undefined ? DEFAULT_TIMEOUT_SECONDS : Number(text);
  if (!(seconds > 0 && seconds <= LONGEST_TIMEOUT_SECONDS)) {
    throw new Error(
      `the timeout must be more than 0 and at most ${LONGEST_TIMEOUT_SECONDS} seconds, not ${shown(text)}`,
    );
  }
  return seconds * 1000;
}

/** Never a whole value: it may hold a password. */
function shown(value: unknown): string {
  if (value === undefined) return 'empty';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 20));
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
