/** Pins what a payload is read as: texts that stand for truth, nothing or numbers, and keys that were only written back (N-22). */

import { describe, expect, it } from 'vitest';
import { fromTexts, readPayload } from '../../../src/core/requests/payload.ts';

const SCHEMA = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    room: { type: ['string', 'null'] },
    isOn: { type: 'boolean' },
    count: { type: ['integer', 'null'] },
    inner: { type: 'object', properties: { isOn: { type: ['boolean', 'null'] } } },
    odd: true,
  },
};

describe('on every transport', () => {
  it.each([
    ['isOn', 'true', true],
    ['isOn', 'false', false],
    ['isOn', 'yes', 'yes'],
    ['isOn', '', ''],
    ['room', '', null],
    ['room', 'true', 'true'],
    ['name', '', ''],
    ['name', 'true', 'true'],
    ['count', '7', '7'],
    ['count', '', null],
    ['count', 7, 7],
    ['odd', 'true', 'true'],
    ['unknown', 'true', 'true'],
    ['toString', '', ''],
  ])('%s: %j is read as %j', (key, value, read) => {
    expect(readPayload({ [key]: value }, { schema: SCHEMA })).toEqual({ [key]: read });
  });

  it('what lies inside is read by what is meant inside, lists as they are', () => {
    const payload = { inner: { isOn: '', other: 'true' }, odd: { isOn: 'true' }, unknown: { isOn: 'true' } };
    expect(readPayload(payload, { schema: SCHEMA })).toEqual({ ...payload, inner: { isOn: null, other: 'true' } });
    expect(readPayload({ isOn: ['true'] }, { schema: SCHEMA })).toEqual({ isOn: ['true'] });
    expect(readPayload({ isOn: 'true' }, {})).toEqual({ isOn: 'true' });
  });

  it('keys that were read before and cannot be changed are no offence, all others are judged', () => {
    const writtenBack = { properties: { id: {}, name: {} } };
    expect(readPayload({ id: 7, name: 'a', other: 1, toString: 2 }, { schema: SCHEMA, writtenBack })).toEqual({
      name: 'a',
      other: 1,
      toString: 2,
    });
    expect(readPayload({ id: 7 }, { writtenBack: { properties: [] } })).toEqual({ id: 7 });
  });
});

describe('where all is text', () => {
  it.each([
    ['7', 7],
    ['-7', -7],
    ['007', 7],
    ['999999999999999', 999_999_999_999_999],
    ['9999999999999999', '9999999999999999'],
    ['7.5', '7.5'],
    ['x7', 'x7'],
    ['7x', '7x'],
    ['', null],
  ])('a number is due: %j is read as %j', (text, read) => {
    expect(fromTexts({ count: text }, SCHEMA)).toEqual({ count: read });
  });

  it('a text that looks like a number stays a text where one is due', () => {
    expect(fromTexts({ name: '7', unknown: '7' }, SCHEMA)).toEqual({ name: '7', unknown: '7' });
    expect(fromTexts({ count: '7' })).toEqual({ count: '7' });
  });
});
