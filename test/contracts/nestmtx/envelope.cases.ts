/** Owns the rows of what is no request: the first rule that it breaks, in NestMTX's words (contract 2.2). */

import type { Violation } from '../../../src/protocol/violation.ts';

interface EnvelopeCase {
  readonly what: string;
  /** Its request id is added, unless it is part of the case. */
  readonly sent: object;
  readonly first: Partial<Violation>;
}

const VALID = { command: 'list', module: 'health' };
const VERBS = ['list', 'read', 'create', 'update', 'delete'];
const one = (key: string, message: string, type: string, context: object = {}): Partial<Violation> => ({
  message: `"${key}" ${message}`,
  path: [key],
  type,
  context: { label: key, key, ...context },
});
const required = (key: string) => one(key, 'is required', 'any.required');
const notAVerb = (value: unknown) =>
  one('command', `must be one of [${VERBS.join(', ')}]`, 'any.only', { valids: VERBS, value });
const notAString = (key: string, value: unknown) => one(key, 'must be a string', 'string.base', { value });
const empty = (key: string) => one(key, 'is not allowed to be empty', 'string.empty', { value: '' });
const notAnObject = (value: unknown) =>
  one('payload', 'must be of type object', 'object.base', { type: 'object', value });
const forbidden = (key: string, value: unknown) => one(key, 'is not allowed', 'any.unknown', { value });
const unknown = (key: string, value: unknown) => one(key, 'is not allowed', 'object.unknown', { child: key, value });

const nothing = { command: undefined, module: undefined };

export const ENVELOPE_CASES: readonly EnvelopeCase[] = [
  { what: 'nothing', sent: { ...VALID, ...nothing }, first: required('command') },
  { what: 'no module', sent: { ...VALID, module: undefined }, first: required('module') },
  { what: 'no request id', sent: { ...VALID, requestId: undefined }, first: required('requestId') },
  ...[null, 1, '', 'LIST', 'drop'].map((command) => ({
    what: `the verb ${JSON.stringify(command)}`,
    sent: { ...VALID, command },
    first: notAVerb(command),
  })),
  { what: 'a module that is no text', sent: { ...VALID, module: 1 }, first: notAString('module', 1) },
  { what: 'an empty module', sent: { ...VALID, module: '' }, first: empty('module') },
  { what: 'a request id that is a number', sent: { ...VALID, requestId: 7 }, first: notAString('requestId', 7) },
  { what: 'an empty request id', sent: { ...VALID, requestId: '' }, first: empty('requestId') },
  ...(['read', 'update', 'delete'] as const).map((command) => ({
    what: `${command} without an entity`,
    sent: { ...VALID, command },
    first: required('entity'),
  })),
  {
    what: 'an entity that is a number',
    sent: { ...VALID, command: 'read', entity: 1 },
    first: notAString('entity', 1),
  },
  { what: 'an empty entity', sent: { ...VALID, command: 'read', entity: '' }, first: empty('entity') },
  { what: 'a list with an entity', sent: { ...VALID, entity: '1' }, first: forbidden('entity', '1') },
  { what: 'a create without a payload', sent: { ...VALID, command: 'create' }, first: required('payload') },
  ...[[], 'text', null].map((payload) => ({
    what: `the payload ${JSON.stringify(payload)}`,
    sent: { ...VALID, command: 'create', payload },
    first: { ...notAnObject(payload), ...(typeof payload === 'string' ? { context: { label: 'payload' } } : {}) },
  })),
  {
    what: 'a read with a payload',
    sent: { ...VALID, command: 'read', entity: '1', payload: {} },
    first: forbidden('payload', {}),
  },
  { what: 'a key that nobody knows', sent: { ...VALID, user: 1 }, first: unknown('user', 1) },
  { what: 'two broken rules', sent: { ...VALID, command: 'x', module: 1, user: 1 }, first: notAVerb('x') },
];
