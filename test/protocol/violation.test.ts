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

it.each<[string, () => Violation, string, object]>([
  ['any.required', () => missing(PATH), 'is required', { ...LABEL, ...KEY }],
  ['any.unknown', () => notAllowed(PATH, 7), 'is not allowed', { ...LABEL, value: 7, ...KEY }],
  ['object.unknown', () => unknownKey(PATH, 7), 'is not allowed', { child: 'name', ...LABEL, value: 7, ...KEY }],
  [
    'any.only',
    () => notOneOf(PATH, ['a', 'b'], 7),
    'must be one of [a, b]',
    { valids: ['a', 'b'], ...LABEL, value: 7, ...KEY },
  ],
  ['string.base', () => notA('string', PATH, 7), 'must be a string', { ...LABEL, value: 7, ...KEY }],
  ['boolean.base', () => notA('boolean', PATH, 7), 'must be a boolean', { ...LABEL, value: 7, ...KEY }],
  ['number.base', () => notA('number', PATH, 'x'), 'must be a number', { ...LABEL, value: 'x', ...KEY }],
  ['array.base', () => notA('array', PATH, 7), 'must be an array', { ...LABEL, value: 7, ...KEY }],
  ['object.base', () => notAnObject(PATH, 7), 'must be of type object', { type: 'object', ...LABEL, value: 7, ...KEY }],
  ['string.empty', () => emptyString(PATH), 'is not allowed to be empty', { ...LABEL, value: '', ...KEY }],
  [
    'string.min',
    () => tooShort(PATH, 3, 'a'),
    'length must be at least 3 characters long',
    { limit: 3, ...LABEL, value: 'a', ...KEY },
  ],
  [
    'string.max',
    () => tooLong(PATH, 3, 'abcd'),
    'length must be less than or equal to 3 characters long',
    { limit: 3, ...LABEL, value: 'abcd', ...KEY },
  ],
  [
    'string.pattern.base',
    () => patternMismatch(PATH, '^a$', 'b'),
    'fails to match the required pattern: /^a$/',
    { regex: '/^a$/', ...LABEL, value: 'b', ...KEY },
  ],
  [
    'string.host',
    () => custom(PATH, 'string.host', 'must be a host', 7),
    'must be a host',
    { ...LABEL, value: 7, ...KEY },
  ],
])('%s', (type, violation, words, context) => {
  expect(JSON.stringify(violation())).toBe(
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
