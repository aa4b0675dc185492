/** Pins how an instance is shown, what a request wants changed of it, and which failure of a broker has words of its own. */

import { describe, expect, it } from 'vitest';
import { changesOf, momentOf } from '../../../src/core/instances/changes.ts';
import { isLookUpFailure, lookUpFailed } from '../../../src/core/instances/faults.ts';
import type { InstanceRecord } from '../../../src/core/instances/records.ts';
import { chosenKeys, instanceOf } from '../../../src/core/instances/view.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';

const RECORD: InstanceRecord = {
  ...{ id: 'a'.repeat(24), owner: 'b'.repeat(24), user: 'Hcixd1Fx', sealedPassword: 'sealed', verifier: 'v' },
  ...{ former: null, status: 'active', createdAt: '2026-11-21T16:48:30.698Z', generation: 3, label: null },
  ...{ enabled: true, expiresAt: null, revision: 7 },
};
const ENDPOINT = { server: 'mqtt.example', port: '8883' };

describe('an instance', () => {
  it('is shown with the published eight keys in their order, and ours behind them', () => {
    expect(JSON.stringify(instanceOf(RECORD, 'secret', ENDPOINT))).toBe(
      JSON.stringify({
        ...{ _id: RECORD.id, server: 'mqtt.example', user: 'Hcixd1Fx', password: 'secret', port: '8883' },
        ...{ owner: RECORD.owner, created_at: RECORD.createdAt, __v: 0 },
        ...{ label: null, enabled: true, expires_at: null, status: 'active', former_valid_until: null },
        home_assistant: false,
      }),
    );
    const more = { label: 'porch', enabled: false, expiresAt: 'then', homeAssistant: true };
    const former = { verifier: 'w', until: 'soon' };
    expect(instanceOf({ ...RECORD, ...more, former, status: 'deleting' }, '', ENDPOINT)).toMatchObject({
      ...{ label: 'porch', enabled: false, expires_at: 'then', status: 'deleting', former_valid_until: 'soon' },
      home_assistant: true,
    });
    expect(instanceOf({ ...RECORD, status: 'creating' }, '', ENDPOINT).status).toBe('active');
  });

  it('is shown with the keys that were asked for, in the order of the contract; else with the eight', () => {
    const shown = instanceOf(RECORD, 'secret', ENDPOINT);
    expect(Object.keys(chosenKeys(shown, ['label', 'user', 'nothing']))).toEqual(['user', 'label']);
    expect(Object.keys(chosenKeys(shown))).toEqual([
      ...['_id', 'server', 'user', 'password', 'port', 'owner', 'created_at', '__v'],
    ]);
  });
});

describe('what is wanted changed', () => {
  it('is each key that was sent, also when it says no or nothing, and no other', () => {
    expect(changesOf({})).toEqual({});
    expect(Object.keys(changesOf({}))).toEqual([]);
    expect(changesOf({ label: null, enabled: false, expires_at: null, home_assistant: false })).toEqual({
      ...{ label: null, enabled: false, expiresAt: null, homeAssistant: false },
    });
    expect(changesOf({ expires_at: '2026-12-01T01:00:00+01:00' })).toEqual({ expiresAt: '2026-12-01T00:00:00.000Z' });
  });

  it('must be a moment that exists', () => {
    try {
      momentOf('2026-02-40T00:00:00Z');
      throw new Error('nothing was refused');
    } catch (error) {
      expect(error).toMatchObject({
        code: 'invalid_payload',
        message: '"payload.expires_at" must be a moment that exists',
        details: [{ path: ['payload', 'expires_at'], type: 'date.base', context: { value: '2026-02-40T00:00:00Z' } }],
      });
    }
  });
});

it('that the look-up of an account failed is one failure, and known again by its words', () => {
  const cause = new Error('ECONNREFUSED');
  const failure = lookUpFailed(cause);
  expect(failure).toMatchObject({ code: 'unavailable', message: 'Error finding instance user', cause });
  const others = [new ApiError('unavailable'), new ApiError('internal', { message: failure.message })];
  expect([failure, ...others].map(isLookUpFailure)).toEqual([true, false, false]);
});
