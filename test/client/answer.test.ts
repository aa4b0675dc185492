import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorOf, readAnswer } from '../../src/client/requests/answer.ts';
import { ERRORS, type ErrorCode } from '../../src/protocol/errors.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const codes = Object.keys(ERRORS) as ErrorCode[];

describe('an answer', () => {
  it('is any JSON value as it is, unless it is an error body', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        fc.pre(errorOf(value) === undefined);
        expect(readAnswer(bytes(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('that is no JSON is a fault of the server', () => {
    expect(() => readAnswer(bytes('<html>'))).toThrow(expect.objectContaining({ code: 'upstream_failed' }));
  });
});

describe('an error body', () => {
  it.each(codes)('with the code %s keeps it, and its words', (code) => {
    expect(errorOf({ error: { message: 'anything', code, details: [], context: {} } })).toMatchObject({
      code,
      message: 'anything',
    });
  });

  it.each(codes.filter((code) => ERRORS[code].message !== null))('without a code is known by its words: %s', (code) => {
    expect(errorOf({ error: { message: ERRORS[code].message, details: [], context: {} } })?.code).toBe(code);
  });

  it.each([
    ['Unknown action: dance', 'unknown_action'],
    ['No Process with name "x" exists', 'unknown_process'],
    ['"requestId" is required', 'invalid_request_id'],
    ['"payload.username" length must be at least 3 characters long', 'invalid_payload'],
    ['request to https://oauth2.googleapis.com/token failed', 'upstream_failed'],
  ])('%s has the code %s', (message, code) => {
    expect(errorOf({ error: { message } })).toMatchObject({ code, message });
  });

  it('of a newer server, with a code we do not know, keeps its words', () => {
    const error = errorOf({ error: { message: 'The moon is full', code: 'full_moon' } });
    expect(error).toMatchObject({ code: 'upstream_failed', message: 'The moon is full' });
  });

  it('keeps those details that are violations', () => {
    const detail = { message: '"x" is required', path: ['x'], type: 'any.required', context: {} };
    expect(errorOf({ error: { message: '"x" is required', details: [detail, 7, null] } })?.details).toEqual([detail]);
  });
});
