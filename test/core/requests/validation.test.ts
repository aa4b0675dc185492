/** Pins the words of payload errors: the contract's, with the path from the request's root (N-22). */

import { describe, expect, it } from 'vitest';
import { payloadCheck } from '../../../src/core/requests/validation.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { CAMERA_CREATE, CAMERA_UPDATE } from '../../../src/protocol/entities/camera.ts';
import { USER_CREATE, USER_UPDATE } from '../../../src/protocol/entities/user.ts';

function complaint(schema: object, payload: Record<string, unknown>) {
  try {
    payloadCheck({ ...schema })(payload);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    expect(error.code).toBe('invalid_payload');
    return error.details[0];
  }
}

const user = { username: 'anna', password: 'secret', can_login: true };

describe('a payload that breaks its schema', () => {
  it.each([
    [USER_CREATE, {}, '"payload.username" is required', 'any.required'],
    [
      USER_CREATE,
      { ...user, username: 'ab' },
      '"payload.username" length must be at least 3 characters long',
      'string.min',
    ],
    [USER_CREATE, { ...user, username: '' }, '"payload.username" is not allowed to be empty', 'string.empty'],
    [
      USER_CREATE,
      { ...user, username: 'x'.repeat(256) },
      '"payload.username" length must be less than or equal to 255 characters long',
      'string.max',
    ],
    [USER_CREATE, { ...user, can_login: 'yes' }, '"payload.can_login" must be a boolean', 'boolean.base'],
    [USER_CREATE, { ...user, role: 'root' }, '"payload.role" must be one of [admin, user, device]', 'any.only'],
    [USER_CREATE, { ...user, extra: 1 }, '"payload.extra" is not allowed', 'object.unknown'],
    [USER_CREATE, { extra: 1, password: 7 }, '"payload.username" is required', 'any.required'],
    [
      CAMERA_UPDATE,
      { mtx_path: 'a b' },
      `"payload.mtx_path" fails to match the required pattern: /${CAMERA_UPDATE.properties.mtx_path.pattern}/`,
      'string.pattern.base',
    ],
    [
      CAMERA_CREATE,
      { name: 'x', source: { type: 'usb' } },
      '"payload.source.type" must be one of [publisher, rtsp, rtmp, hls, srt, udp, whep, google, go2rtc]',
      'any.only',
    ],
    [CAMERA_CREATE, { name: 'x', source: 'rtsp://a' }, '"payload.source" must be of type object', 'object.base'],
  ])('%#: %j', (schema, payload, message, type) => {
    expect(complaint(schema, payload)).toMatchObject({ message, type });
  });

  it.each([
    [{ type: 'integer' }, 'x', '"payload.a" must be a number', 'number.base'],
    [{ type: 'number' }, 'x', '"payload.a" must be a number', 'number.base'],
    [{ type: 'array' }, 'x', '"payload.a" must be an array', 'array.base'],
    [{ type: 'string' }, 7, '"payload.a" must be a string', 'string.base'],
    [{ type: ['string', 'null'] }, 7, '"payload.a" must be a string', 'string.base'],
    [{ type: 'null' }, 7, '"payload.a" must be of type null', 'any.type'],
    [{ type: 'string', pattern: '^b' }, '', '"payload.a" is not allowed to be empty', 'string.empty'],
    [{ type: 'integer', minimum: 3 }, 2, '"payload.a" must be >= 3', 'any.minimum'],
  ])('%j: %j', (a, value, message, type) => {
    expect(complaint({ type: 'object', properties: { a } }, { a: value })).toMatchObject({ message, type });
  });

  it('is told by the key that the schema names first; unknown ones come last, and so do those inside', () => {
    const open = { type: 'object', properties: { 'b/~c': { type: 'string' }, a: { type: 'string' } } };
    const closed = { ...open, additionalProperties: false };
    expect(complaint(open, { a: 1, 'b/~c': 1 })?.path).toEqual(['payload', 'b/~c']);
    expect(complaint(closed, { x: 1, a: 1 })?.path).toEqual(['payload', 'a']);
    expect(complaint(closed, { x: 1, a: '' })).toMatchObject({
      path: ['payload', 'x'],
      context: { child: 'x', value: 1 },
    });
    const inner = { type: 'object', properties: { name: { type: 'string' } }, additionalProperties: false };
    const outer = { type: 'object', properties: { a: { type: 'string' }, name: inner } };
    expect(complaint(outer, { name: { x: 1, name: 1 }, a: 'ok' })?.path).toEqual(['payload', 'name', 'name']);
    const needing = { type: 'object', properties: { b: {}, a: {} }, required: ['a', 'b'] };
    expect(complaint(needing, {})?.path).toEqual(['payload', 'b']);
  });

  it('names the place from the request’s root', () => {
    expect(complaint(USER_CREATE, {})?.path).toEqual(['payload', 'username']);
  });

  it('users.update takes keys it does not know', () => {
    expect(complaint(USER_UPDATE, { whatever: 1 })).toBeUndefined();
  });
});
