/** Pins the envelope rules of the contract (2.2): which violation is reported, in which words. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../src/protocol/api-error.ts';
import { decode, parseEnvelope, readableRequestId } from '../../src/protocol/envelope.ts';
import { isErrorCode } from '../../src/protocol/errors.ts';

const ok = { command: 'list', module: 'users', requestId: 'r' };

function refusal(run: () => unknown): ApiError {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('an envelope', () => {
  it('with everything in place is taken as it is', () => {
    const request = { command: 'update', module: 'users', requestId: 'a/b', entity: '1', payload: {}, token: 't' };
    expect(parseEnvelope(request)).toBe(request);
  });

  it.each([
    [{}, '"command" is required', 'any.required'],
    [{ ...ok, command: 'LIST' }, '"command" must be one of [list, read, create, update, delete]', 'any.only'],
    [{ ...ok, command: null }, '"command" must be one of [list, read, create, update, delete]', 'any.only'],
    [{ command: 'list' }, '"module" is required', 'any.required'],
    [{ ...ok, module: '' }, '"module" is not allowed to be empty', 'string.empty'],
    [{ ...ok, requestId: 7 }, '"requestId" must be a string', 'string.base'],
    [{ ...ok, requestId: '' }, '"requestId" is not allowed to be empty', 'string.empty'],
    [{ ...ok, entity: '1' }, '"entity" is not allowed', 'any.unknown'],
    [{ ...ok, command: 'read' }, '"entity" is required', 'any.required'],
    [{ ...ok, command: 'read', entity: 1 }, '"entity" must be a string', 'string.base'],
    [{ ...ok, command: 'read', entity: null }, '"entity" must be a string', 'string.base'],
    [{ ...ok, command: 'create' }, '"payload" is required', 'any.required'],
    [{ ...ok, payload: [] }, '"payload" must be of type object', 'object.base'],
    [{ ...ok, command: 'delete', entity: '1', payload: {} }, '"payload" is not allowed', 'any.unknown'],
    [{ ...ok, token: '' }, '"token" is not allowed to be empty', 'string.empty'],
    [{ ...ok, token: null }, '"token" must be a string', 'string.base'],
    [{ ...ok, user: 1, extra: 2 }, '"user" is not allowed', 'object.unknown'],
    [[], '"value" must be of type object', 'object.base'],
    ['text', '"value" must be of type object', 'object.base'],
  ])('%j is refused: %s', (request, message, type) => {
    const error = refusal(() => parseEnvelope(request));
    expect(error.message).toBe(message);
    expect(error.details).toHaveLength(1);
    expect(error.details[0]?.type).toBe(type);
  });

  it('reports a violation in the form of the contract, key by key', () => {
    expect(JSON.stringify(refusal(() => parseEnvelope({})).details)).toBe(
      '[{"message":"\\"command\\" is required","path":["command"],"type":"any.required","context":{"label":"command","key":"command"}}]',
    );
    expect(JSON.stringify(refusal(() => parseEnvelope({ ...ok, user: 1 })).details[0]?.context)).toBe(
      '{"child":"user","label":"user","value":1,"key":"user"}',
    );
    expect(JSON.stringify(refusal(() => parseEnvelope('x')).details[0])).toBe(
      '{"message":"\\"value\\" must be of type object","path":[],"type":"object.base","context":{"type":"object","label":"value","value":"x"}}',
    );
  });

  it.each(['#', 'a+b', '/a', 'a/', 'x'.repeat(129), 'a\0'])(
    'with the request id %j has a code of its own',
    (requestId) => {
      const refused = refusal(() => parseEnvelope({ ...ok, requestId }));
      const { name, code, status, retryable } = refused;
      expect([name, code, status, retryable]).toEqual(['ApiError', 'invalid_request_id', 400, false]);
      expect(refused.details).toEqual([
        {
          message:
            '"requestId" must be 1 to 128 characters without +, #, control characters and without a slash at either end',
          path: ['requestId'],
          type: 'string.requestId',
          context: { label: 'requestId', value: requestId, key: 'requestId' },
        },
      ]);
      expect(readableRequestId({ ...ok, requestId })).toBeUndefined();
    },
  );

  it('is answered under the request id that can be read in it, whatever else is wrong', () => {
    expect(readableRequestId({ requestId: 'r', command: 7 })).toBe('r');
    for (const nothing of [null, 'r', ['r'], {}, Object.create({ requestId: 'r' }), { requestId: 7 }]) {
      expect(readableRequestId(nothing)).toBeUndefined();
    }
  });

  it('that breaks another rule is refused as an envelope', () => {
    expect(refusal(() => parseEnvelope({ ...ok, module: '' })).code).toBe('invalid_envelope');
    expect(refusal(() => parseEnvelope([])).code).toBe('invalid_envelope');
  });

  it('keys inherited from a prototype count for nothing', () => {
    expect(refusal(() => parseEnvelope(JSON.parse('{"__proto__":{"command":"list"}}'))).message).toBe(
      '"command" is required',
    );
  });
});

describe('decoding', () => {
  it.each([[''], ['{'], ['{"a":1}x'], [Uint8Array.of(0x22, 0xff, 0x22)]])('%j is malformed', (text) => {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const refused = refusal(() => decode(bytes));
    expect(refused.code).toBe('malformed_json');
    expect(refused.cause).toBeInstanceOf(Error);
  });

  it('whatever arrives is a request or an ApiError, never anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        try {
          parseEnvelope(decode(new TextEncoder().encode(text)));
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

it('a code of the catalogue is known, and nothing else is', () => {
  expect(['forbidden', 'nothing', 'toString', 7, null].map(isErrorCode)).toEqual([true, false, false, false, false]);
  expect(isErrorCode(['forbidden'])).toBe(false);
});
