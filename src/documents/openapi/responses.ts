/** Owns the responses of the request API: the answer with its status, and every error that can come instead. */

import type { Schema } from '../../core/requests/validation.ts';
import { ERROR_BODY } from '../../protocol/api-error.ts';
import { type Command, needsEntity, payloadRule } from '../../protocol/verbs.ts';
import type { Components } from '../components.ts';
import { entityOf } from '../entities.ts';
import { errorExamples, errorStatuses } from '../error-examples.ts';
import type { Described } from '../operations.ts';

/** An update is answered with 201, as upstream does (contract 2.8). */
const STATUS: Readonly<Record<Command, number>> = { list: 200, read: 200, create: 201, update: 201, delete: 204 };

/** What the HTTP side refuses by itself. */
const TRANSPORT_STATUSES: Readonly<Record<number, string>> = {
  413: 'The body is larger than 256 KB',
  415: 'The body is neither JSON nor a form',
};

const WORDS: Readonly<Record<number, string>> = {
  400: 'The request cannot be carried out; `code` says why',
  401: 'There is no token, or not a good one',
  403: 'The role is not allowed to do this',
  404: 'There is no such row',
  429: 'Too many requests; `Retry-After` says when to go on',
  500: 'A fault of the service',
  503: 'The service cannot do this at the moment',
};

export function responsesOf(described: Described, components: Components): Record<string, object> {
  const refer = (status: number) => [status, { $ref: `#/components/responses/${status}` }];
  return {
    [STATUS[described.command]]: answer(described, components),
    ...Object.fromEntries(statusesOf(described).map(refer)),
  };
}

/** By status: what `responsesOf` refers to. */
export function errorResponses(components: Components): Record<string, object> {
  const schema = components.received(ERROR_BODY);
  const response = (description: string, status: number) => [
    status,
    { description, headers: HEADERS, content: { 'application/json': { schema, examples: errorExamples(status) } } },
  ];
  return Object.fromEntries([
    ...errorStatuses().map((status) => response(WORDS[status] ?? 'It failed', status)),
    ...Object.entries(TRANSPORT_STATUSES).map(([status, words]) => response(words, Number(status))),
  ]);
}

const HEADERS = { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } };

function answer({ command, operation: { result }, example }: Described, components: Components) {
  if (!result || STATUS[command] === 204) return { description: 'Done; there is no body', headers: HEADERS };
  const schema = components.received(result);
  const examples = { example: { value: example.answer } };
  return { description: 'Done', headers: HEADERS, content: { [mediaType(result)]: { schema, examples } } };
}

/** A scalar is written as plain text (contract 2.8). */
function mediaType({ type }: Schema): string {
  return type === 'object' || type === 'array' ? 'application/json' : 'text/plain';
}

function statusesOf({ module, command, right, operation: { schema } }: Described): number[] {
  const inPayload = Object.hasOwn(Object(schema?.['properties']), 'entity');
  const namesRow = inPayload || (needsEntity(command) && entityOf(`${module}.${command}`).isRow);
  return [
    400,
    ...(right === 'anyone' ? [] : [401]),
    ...(right === 'admin' || right === 'self' ? [403] : []),
    ...(namesRow ? [404] : []),
    ...(payloadRule(command) === 'required' ? [413, 415] : []),
    429,
    500,
    503,
  ];
}
