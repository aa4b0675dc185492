/** Pins that a creation that is retried under its key happens once, over restarts too. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { DOWN } from '../../support/instances/fake-provisioner.ts';
import { type Api, type CallOptions, openApi } from './setting.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api.close());

const keyed = (key: string, more: CallOptions = {}): CallOptions => ({
  ...more,
  headers: { 'idempotency-key': key, ...more.headers },
});
const post = (options: CallOptions) => api.call('POST', '/mqtt', options);
const total = async () => (await api.get('/mqtt')).json().recordsTotal;

describe('a creation under a key', () => {
  it('that was done is answered again as it was, rendered anew', async () => {
    const first = await post(keyed('k'));
    const { _id } = first.json();
    const again = await post(keyed('k'));
    expect([again.status, again.text, again.headers.get('idempotency-replayed')]).toEqual([201, first.text, 'true']);
    expect(again.headers.get('location')).toBe(`/v1/mqtt/${_id}`);
    await api.call('POST', `/mqtt/${_id}/rotate`, { body: { overlap_seconds: 0 } });
    expect((await post(keyed('k'))).json().password).not.toBe(first.json().password);
    expect(await total()).toBe(1);
  });

  it('is remembered over a restart, for a day', async () => {
    const first = await post(keyed('k'));
    await api.close();
    api = await openApi(api.world);
    expect((await post(keyed('k'))).text).toBe(first.text);
    api.clock.advance(23 * 3_600_000);
    expect((await post(keyed('k'))).text).toBe(first.text);
    api.clock.advance(3_600_000);
    await api.close();
    api = await openApi(api.world);
    expect((await post(keyed('k'))).text).not.toBe(first.text);
  });

  it('that is still running is 409, and burns no slot of the plan', async () => {
    const release = api.broker.hold('provision');
    const first = post(keyed('k'));
    await eventually(() => api.broker.deeds.length === 1);
    const others = await Promise.all([1, 2, 3].map(() => post(keyed('k'))));
    expect(others.map(({ status }) => status)).toEqual([409, 409, 409]);
    expect((await post(keyed('k', { body: { other: 1 } }))).status).toBe(422);
    release();
    expect((await first).status).toBe(201);
    expect(await total()).toBe(1);
  });

  it.each<[string, CallOptions]>([
    ['another body', { body: { x: 1 } }],
    ['a body that is no JSON', { body: '{"' }],
  ])('with %s is another request: 422', async (_what, more) => {
    await post(keyed('k'));
    expect((await post(keyed('k', more))).status).toBe(422);
    expect(await total()).toBe(1);
  });

  it('that failed may be tried again', async () => {
    api.broker.failWith('provision', DOWN);
    expect((await post(keyed('k'))).status).toBe(500);
    api.broker.failWith('provision');
    expect((await post(keyed('k'))).status).toBe(201);
  });

  it('is its owner’s: the same key of another one is another request', async () => {
    const [one, other] = [await post(keyed('k')), await post(keyed('k', { as: api.otherToken }))];
    expect(other.json().owner).not.toBe(one.json().owner);
  });

  it('whose instance was removed meanwhile is 404, and makes no second one', async () => {
    const { _id } = (await post(keyed('k'))).json();
    await api.call('DELETE', `/mqtt/${_id}`);
    const again = await post(keyed('k'));
    expect([again.status, again.headers.get('location')]).toEqual([404, null]);
    expect(await total()).toBe(0);
  });

  it('needs a key of a sensible length', async () => {
    expect((await post(keyed('k'.repeat(256)))).status).toBe(400);
    expect((await post(keyed('k'.repeat(255)))).status).toBe(201);
  });
});
