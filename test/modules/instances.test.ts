/** Pins the `instances` module: the same rules as over REST, in the words of the request API. */

import { beforeEach, describe, expect, it } from 'vitest';
import { instancesModule } from '../../src/modules/instances.ts';
import { INSTANCE } from '../../src/protocol/entities/instance.ts';
import { type ModuleApi, moduleApi } from '../support/api/modules.ts';
import { newSetting } from '../support/instances/world.ts';

let api: ModuleApi;
let setting: Awaited<ReturnType<typeof newSetting>>;
beforeEach(async () => {
  setting = await newSetting();
  api = moduleApi(instancesModule(setting.instances, setting.store));
});

const create = async (payload = {}) => {
  const made = await api.value({ command: 'create', module: 'instances', payload });
  // Those of one millisecond are in the order of their random ids.
  setting.clock.advance(1);
  return made as { _id: string; user: string; password: string };
};
const read = (entity: string) => api.value({ command: 'read', module: 'instances', entity });

describe('the module', () => {
  it('shows the published eight keys in their order, and ours behind them', async () => {
    const { _id } = await create({ label: 'porch', expires_at: '2030-01-01T01:00:00+01:00' });
    const instance = await read(_id);
    expect(Object.keys(instance as object)).toEqual(INSTANCE.required);
    expect(instance).toMatchObject({
      __v: 0,
      label: 'porch',
      expires_at: '2030-01-01T00:00:00.000Z',
      status: 'active',
    });
  });

  it('lists the own ones by page, found by name or label, with their passwords', async () => {
    const [first, second] = [await create({ label: 'porch' }), await create({ label: 'Garage' })];
    const list = (payload: object) => api.value({ command: 'list', module: 'instances', payload: { ...payload } });
    expect(await list({})).toMatchObject({ page: 1, total: 2, items: [second, first] });
    expect(await list({ search: 'garag' })).toMatchObject({ total: 1, items: [second] });
    expect(await list({ search: first.user, itemsPerPage: 1 })).toMatchObject({ total: 1, items: [first] });
    expect(await list({ sortBy: 'label', itemsPerPage: 1 })).toMatchObject({ total: 2, items: [second] });
    const { items } = (await list({})) as { items: object[] };
    expect(Object.keys(items[0] ?? {})).toEqual(INSTANCE.required);
  });

  it('changes label, end and usability, and refuses what cannot be changed', async () => {
    const { _id } = await create();
    const update = (payload: Record<string, unknown>) =>
      ({ command: 'update', module: 'instances', entity: _id, payload }) as const;
    expect(await api.value(update({ label: 'x', enabled: false }))).toBeUndefined();
    expect(await read(_id)).toMatchObject({ label: 'x', enabled: false, expires_at: null });
    for (const key of ['user', 'password', 'server', 'port', 'owner']) {
      expect((await api.error(update({ [key]: 'x' }))).code).toBe('invalid_payload');
    }
    expect((await api.error(update({ expires_at: '2026-13-01T00:00:00Z' }))).code).toBe('invalid_payload');
  });

  it('removes, with a receipt, after which nothing is there', async () => {
    const { _id } = await create();
    const receipt = { kicked: 2, offlineDropped: 1, retainedPurged: 'unknown' };
    expect(await api.value({ command: 'delete', module: 'instances', entity: _id })).toEqual(receipt);
    const error = await api.error({ command: 'read', module: 'instances', entity: _id });
    expect([error.code, error.message]).toEqual(['not_found', 'No such MQTT instance']);
  });

  it('is for everyone who is logged in, and refuses more than the plan has', async () => {
    expect((await api.error({ command: 'list', module: 'instances', token: 'nobody' })).code).toBe('unauthorized');
    const asUser = await api.value({ command: 'list', module: 'instances', token: 'user' });
    expect(asUser).toMatchObject({ total: 0 });
    for (let i = 0; i < 4; i += 1) await create();
    const refused = await api.error({ command: 'create', module: 'instances' });
    expect([refused.code, refused.status]).toEqual(['forbidden', 403]);
  });
});
