/** Owns the rows of the module `cameras` (contract 2.7, N-34 to N-36). */

import { expect } from 'vitest';
import { but, type Case, EMPTY, type Request, refused, value } from './case.ts';

const update = (entity: string, payload: Request['payload'] = {}): Request => ({
  command: 'update',
  module: 'cameras',
  entity,
  payload,
});
const read = (entity: string): Request => ({ command: 'read', module: 'cameras', entity });

const UNCHECKED = 'payloads are not checked';
const OMITTED = 'an omitted `is_enabled` disables the camera';
const PATHS = 'any text is a path, though none with a slash is documented';
const NOT_FOUND = refused('Row not found', 'not_found');
const PATH_REQUIRED = refused('errors.cameras.update.mtxPathIsRequired', 'mtx_path_required');
const invalid = (message: string) => refused(message, 'invalid_payload');
const enabled = update('{placed}', { mtx_path: '{placed-path}', is_enabled: true });

const KEYS = {
  ...{ id: '{#placed}', credentialId: null, uid: expect.any(String), room: 'Unknown', checksum: expect.any(String) },
  ...{ info: null, mtx_path: '{placed-path}', is_enabled: false, is_persistent: false, expires_at: null },
  ...{ identified_as: null, protocols: null, resolution: null, codecs_video: '', codecs_audio: '', process_id: null },
  ...{ status: 'disabled', stream_ready: false, stream_uptime: null, stream_track_count: 0, stream_data_rx: 0 },
};

const cases: readonly Case[] = [
  { what: 'read', request: read('{placed}'), there: value(KEYS) },
  {
    what: 'read, with where its stream is',
    request: read('{placed}'),
    there: value({ url_rtsp_tcp: 'rtsp://<window.location.origin>:8554/{placed-path}' }),
    here: but(
      'URLs of streams hold a placeholder for the host',
      value({ url_rtsp_tcp: expect.stringMatching(/^rtsp:\/\/[\w.-]+:8554\/path/) }),
    ),
  },
  { what: 'read of a camera without a path', request: read('{camera}'), there: value({ status: 'unconfigured' }) },
  { what: 'read of none', request: read('999999'), there: NOT_FOUND },
  {
    what: 'a list, by a part of its room or name',
    request: {
      command: 'list',
      module: 'cameras',
      payload: { page: 1, itemsPerPage: 10, search: 'CAMERA {camera-number}.' },
    },
    there: value({ total: 1, page: 1, itemsPerPage: 10, items: [{ id: '{#camera}', status: 'unconfigured' }] }),
  },
  {
    what: 'update of everything',
    request: update('{camera}', { mtx_path: '{path}', is_enabled: true, is_persistent: true }),
    after: read('{camera}'),
    there: value({ mtx_path: '{path}', is_enabled: true, is_persistent: true }),
  },
  { what: 'update, which answers nothing', request: enabled, there: EMPTY },
  {
    what: 'update by texts of truth values',
    request: update('{placed}', { mtx_path: '{placed-path}', is_enabled: 'true', is_persistent: 'false' }),
    after: read('{placed}'),
    there: value({ is_enabled: true, is_persistent: false }),
  },
  {
    what: 'update that disables, which ends persistence',
    before: [update('{placed}', { mtx_path: '{placed-path}', is_enabled: true, is_persistent: true })],
    request: update('{placed}', { mtx_path: '{placed-path}', is_enabled: false }),
    after: read('{placed}'),
    there: value({ is_enabled: false, is_persistent: false, status: 'disabled' }),
  },
  {
    what: 'update that takes the path away',
    request: update('{placed}', { mtx_path: null, is_enabled: false }),
    after: read('{placed}'),
    there: value({ mtx_path: null, status: 'unconfigured' }),
  },
  {
    what: 'update that leaves out whether it is enabled',
    before: [enabled],
    request: update('{placed}', { mtx_path: '{placed-path}' }),
    after: read('{placed}'),
    there: value({ is_enabled: false }),
    here: but(OMITTED, value({ is_enabled: true, mtx_path: '{placed-path}' })),
  },
  {
    what: 'update that leaves out the path',
    request: update('{placed}', { is_enabled: false }),
    there: refused(expect.stringContaining('Undefined binding'), 'internal'),
    here: but(OMITTED, EMPTY),
  },
  {
    what: 'update that enables a camera without a path',
    request: update('{camera}', { mtx_path: null, is_enabled: true }),
    there: PATH_REQUIRED,
  },
  {
    what: 'update that makes a camera without a path persistent',
    request: update('{camera}', { mtx_path: null, is_enabled: false, is_persistent: true }),
    there: PATH_REQUIRED,
  },
  {
    what: 'update that makes a disabled camera persistent, which it is when it is enabled',
    before: [update('{placed}', { mtx_path: '{placed-path}', is_enabled: false, is_persistent: true })],
    request: update('{placed}', { mtx_path: '{placed-path}', is_enabled: true }),
    after: read('{placed}'),
    there: value({ is_enabled: true, is_persistent: true }),
  },
  {
    what: 'update to the path of another camera',
    request: update('{camera}', { mtx_path: '{placed-path}', is_enabled: true }),
    there: refused('errors.cameras.update.mtxPathAlreadyInUse', 'mtx_path_in_use'),
  },
  { what: 'update of none', request: update('999999', { mtx_path: '{path}', is_enabled: true }), there: NOT_FOUND },
  {
    what: 'update to a path with a slash',
    request: update('{camera}', { mtx_path: 'live/{path}', is_enabled: true }),
    after: read('{camera}'),
    there: value({ mtx_path: 'live/{path}' }),
  },
  {
    what: 'update to a path with a blank',
    request: update('{camera}', { mtx_path: 'my {path}', is_enabled: true }),
    there: EMPTY,
    here: but(PATHS, {
      message: expect.stringContaining('"payload.mtx_path" fails to match'),
      code: 'invalid_payload',
    }),
  },
  {
    what: 'what was read, written back with a change',
    request: update('{placed}', {
      id: '{#placed}',
      uid: 'x',
      status: 'dead',
      mtx_path: '{placed-path}',
      is_enabled: true,
    }),
    after: read('{placed}'),
    there: value({ id: '{#placed}', is_enabled: true, uid: expect.not.stringMatching(/^x$/) }),
  },
  ...(
    [
      ['a text that is no truth value', { is_enabled: 'yes' }, '"payload.is_enabled" must be a boolean'],
      ['a number for a truth value', { is_enabled: 1 }, '"payload.is_enabled" must be a boolean'],
      ['null for a truth value', { is_persistent: null }, '"payload.is_persistent" must be a boolean'],
      ['a key that nobody knows', { colour: 'red' }, '"payload.colour" is not allowed'],
    ] as const
  ).map(
    ([how, payload, message]): Case => ({
      what: `update with ${how}`,
      request: update('{placed}', { mtx_path: '{placed-path}', is_enabled: true, ...payload }),
      there: EMPTY,
      here: but(UNCHECKED, invalid(message)),
    }),
  ),
];

export const CAMERA_CASES: readonly Case[] = cases.map((one) => ({ ...one, what: `cameras ${one.what}` }));
