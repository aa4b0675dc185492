/** Owns which request a message asks for; refuses what cannot be one before anything is sent. */

import type { Request } from '../../../src/client/requests/requests.ts';
import { isObject } from '../../../src/protocol/envelope.ts';
import { COMMANDS, isCommand, needsEntity, payloadRule } from '../../../src/protocol/verbs.ts';
import { NodeError, nodeErrorOf } from '../node-error.ts';
import type { TypedValues } from '../typed-value.ts';
import { shapeOf } from '../values.ts';
import type { RequestFields } from './settings.ts';

const DEFAULT_TIMEOUT_SECONDS = 10;
const LONGEST_TIMEOUT_SECONDS = 3600;

/** @throws NodeError `invalid_value`, `invalid_payload` */
export async function requestOf(fields: RequestFields, values: TypedValues): Promise<Request> {
  const command = await values.readText('the command', fields.command, fields.commandType);
  if (!isCommand(command)) throw invalid(`the command must be one of ${COMMANDS.join(', ')}, not ${shown(command)}`);
  const module = await values.readText('the module', fields.module, fields.moduleType);
  if (module === undefined) throw invalid('the request needs a module, such as cameras');
  const entity = needsEntity(command)
    ? await values.readText('the entity', fields.entity, fields.entityType)
    : undefined;
  if (needsEntity(command) && entity === undefined) throw invalid(`${command} needs an entity: the id of a record`);
  const rule = payloadRule(command);
  const payload =
    rule === 'forbidden' ? undefined : await values.read('the payload', fields.payload, fields.payloadType);
  if (isPlain(payload)) return { command, module, entity, payload };
  // A list takes what an inject or a button sends, too: it needs nothing of it.
  if (rule !== 'required') return { command, module, entity };
  throw new NodeError('invalid_payload', `${command} needs a payload that is an object, not ${shapeOf(payload)}`);
}

/** @throws NodeError `invalid_value` */
export async function timeoutMsOf(fields: RequestFields, values: TypedValues): Promise<number> {
  const text = await values.readText('the timeout', fields.timeout, fields.timeoutType);
  const seconds = text === undefined ? DEFAULT_TIMEOUT_SECONDS : Number(text);
  if (!(seconds > 0 && seconds <= LONGEST_TIMEOUT_SECONDS)) {
    throw invalid(`the timeout must be more than 0 and at most ${LONGEST_TIMEOUT_SECONDS} seconds, not ${shown(text)}`);
  }
  return seconds * 1000;
}

/**
 * What JSON makes an object of: no Buffer, no Map, no date. A function node's objects have prototypes of their own.
 * @throws NodeError `invalid_payload` for one that cannot even be looked at
 */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  try {
    return isObject(value) && Object.prototype.toString.call(value) === '[object Object]';
  } catch (error) {
    throw new NodeError('invalid_payload', `the payload cannot be read: ${nodeErrorOf(error).message}`);
  }
}

function invalid(message: string): NodeError {
  return new NodeError('invalid_value', message);
}

/** Never a whole value: it may hold a password. */
function shown(text: string | undefined): string {
  return text === undefined ? 'empty' : JSON.stringify(text.slice(0, 20));
}
