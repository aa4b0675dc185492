/** Pins the body of a failure: what was asked is echoed in its order, and nothing that is secret, wherever it stands (N-02, N-03, N-04). */

import { describe, expect, it } from 'vitest';
import { REDACTED } from '../../../src/core/redaction.ts';
import { envelopeErrorBody, errorBody, toApiError } from '../../../src/core/requests/error-body.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { custom, missing, notA, notAllowed, notAnObject, type Violation } from '../../../src/protocol/violation.ts';

const REQUEST = { requestId: 'r', command: 'update', module: 'users', entity: '1', payload: { name: 'a' }, token: 't' };
const failing = (...details: Violation[]) => new ApiError('invalid_payload', { message: 'no', details });
const contextOf = (request: unknown) => errorBody(failing(), request).error.context;
const shownOf = (violation: Violation, request: unknown = REQUEST) =>
  errorBody(failing(violation), request).error.details[0]?.context['value'];

describe('the echo', () => {
  it('is the request in its order, without the token, and who asked goes last', () => {
    const user = { id: 1, username: 'a', can_login: true, role: 'admin' } as const;
    const { error } = errorBody(failing(), REQUEST, user);
    const { token: _, ...rest } = REQUEST;
    expect(JSON.stringify(error)).toBe(
      JSON.stringify({ message: 'no', code: 'invalid_payload', details: [], context: { ...rest, user } }),
    );
  });

  it.each([undefined, null, 'text', 7, ['a']])('of %j is nothing', (request) => expect(contextOf(request)).toEqual({}));

  it('of a payload that came as text says that there was one', () => {
    expect(contextOf({ ...REQUEST, payload: '{"password":"x"}' })).toEqual({
      ...{ requestId: 'r', command: 'update', module: 'users', entity: '1' },
      payload: REDACTED,
    });
  });

  it.each([
    ['read', REDACTED],
    ['list', REDACTED],
    ['create', REDACTED],
    ['update', '1'],
    ['delete', '1'],
  ])('of credentials.%s has the entity as %s: it may be an answer of Google with a code', (command, entity) => {
    const request = { ...REQUEST, module: 'credentials', command };
    expect(contextOf(request)['entity']).toBe(entity);
    expect(shownOf(notAllowed(['entity'], '1'), request)).toBe(entity);
    expect(contextOf({ ...REQUEST, command })['entity']).toBe('1');
    const { entity: _, ...without } = request;
    expect(contextOf(without)).not.toHaveProperty('entity');
  });
});

describe('a detail', () => {
  it('shows what was sent, but for what is secret by its key or within', () => {
    expect(shownOf(notA('string', ['payload', 'name'], 7))).toBe(7);
    expect(shownOf(notA('string', ['payload', 'password'], 7))).toBe(REDACTED);
    expect(shownOf(notA('string', ['payload', 'name'], { token: 'x', a: 1 }))).toEqual({ token: REDACTED, a: 1 });
    expect(shownOf(notAllowed(['entity'], '1'))).toBe('1');
    expect(shownOf(notAllowed(['payload', 'other'], '1'), { ...REQUEST, module: 'credentials', command: 'read' })).toBe(
      '1',
    );
  });

  it('of a text where an object was due shows none of it, of anything else what it was', () => {
    expect(shownOf(notAnObject([], '{"password":"x"}'))).toBe(REDACTED);
    expect(shownOf(notAnObject(['payload'], 7))).toBe(7);
    expect(shownOf(custom(['payload', 'name'], 'string.base', 'no', 'text'))).toBe('text');
  });

  it('has all else as it was, and one about nothing sent is the same', () => {
    const secret = notA('string', ['payload', 'password'], 'x');
    const { details } = errorBody(failing(secret, missing(['payload', 'name'])), REQUEST).error;
    expect(details).toEqual([
      { ...secret, context: { ...secret.context, value: REDACTED } },
      missing(['payload', 'name']),
    ]);
  });
});

it('of what never became a request only the id is echoed that could be read', () => {
  const error = failing(notA('string', ['token'], 7));
  expect(envelopeErrorBody(error, REQUEST, 'r').error).toMatchObject({ message: 'no', context: { requestId: 'r' } });
  expect(envelopeErrorBody(error, REQUEST, undefined).error.context).toEqual({});
  expect(envelopeErrorBody(error, REQUEST, 'r').error.details[0]?.context['value']).toBe(REDACTED);
});

it('whatever else was thrown says no more than internal, and keeps its cause', () => {
  const known = failing();
  expect(toApiError(known)).toBe(known);
  const cause = new TypeError('secret inside');
  expect(toApiError(cause)).toMatchObject({ code: 'internal', message: 'Internal error', cause });
});
