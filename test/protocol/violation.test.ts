/** Pins the words and the form of each violated rule (contract 2.2): clients of NestMTX read them. */

import { expect, it } from 'vitest';
import {
  custom,
  emptyString,
  missing,
  notA,
  notAllowed,
  notAnObject,
  notOneOf,
  patternMismatch,
  tooLong,
  tooShort,
  unknownKey,
  type Violation,
} from '../../src/protocol/violation.ts';

const PATH = ['payload', 'name'] as const;
const LABEL = { label: 'payload.name' };
const KEY = { key: 'name' };

it.each<[Violation, string, string, object]>([
  [missing(PATH), 'any.required', 'is required', { ...LABEL, ...KEY }],
  [notAllowed(PATH, 7), 'any.unknown', 'is not allowed', { ...LABEL, value: 7, ...KEY }],
  [unknownKey(PATH, 7), 'object.unknown', 'is not allowed', { child: 'name', ...LABEL, value: 7, ...KEY }],
  [
    notOneOf(PATH, ['a', 'b'], 7),
    'any.only',
    'must be one of [a, b]',
    { valids: ['a', 'b'], ...LABEL, value: 7, ...KEY },
  ],
  [notA('string', PATH, 7), 'string.base', 'must be a string', { ...LABEL, value: 7, ...KEY }],
  [notA('boolean', PATH, 7), 'boolean.base', 'must be a boolean', { ...LABEL, value: 7, ...KEY }],
  [notA('number', PATH, 'x'), 'number.base', 'must be a number', { ...LABEL, value: 'x', ...KEY }],
  [notA('array', PATH, 7), 'array.base', 'must be an array', { ...LABEL, value: 7, ...KEY }],
  [notAnObject(PATH, 7), 'object.base', 'must be of type object', { type: 'object', ...LABEL, value: 7, ...KEY }],
  [emptyString(PATH), 'string.empty', 'is not allowed to be empty', { ...LABEL, value: '', ...KEY }],
  [
    tooShort(PATH, 3, 'a'),
    'string.min',
    'length must be at least 3 characters long',
    { limit: 3, ...LABEL, value: 'a', ...KEY },
  ],
  [
    tooLong(PATH, 3, 'abcd'),
    'string.max',
    'length must be less than or equal to 3 characters long',
    { limit: 3, ...LABEL, value: 'abcd', ...KEY },
  ],
  [
    patternMismatch(PATH, '^a$', 'b'),
    'string.pattern.base',
    'fails to match the required pattern: /^a$/',
    { regex: '/^a$/', ...LABEL, value: 'b', ...KEY },
  ],
  [custom(PATH, 'string.host', 'must be a host', 7), 'string.host', 'must be a host', { ...LABEL, value: 7, ...KEY }],
])('%j', (violation, type, words, context) => {
  expect(JSON.stringify(violation)).toBe(
    JSON.stringify({ message: `"payload.name" ${words}`, path: PATH, type, context }),
  );
});

it('of the outermost value it has a name, and no key', () => {
  expect(notAnObject([], 7)).toEqual({
    message: '"value" must be of type object',
    path: [],
    type: 'object.base',
    context: { type: 'object', label: 'value', value: 7 },
  });
  expect(Object.keys(missing([]).context)).toEqual(['label']);
});
