/** Pins what the `outages` module lists and by what, who may ask, and the uptime that a camera is read with. */

import { tmpdir } from 'node:os';
import { beforeEach, describe, expect, it } from 'vitest';
import { createCameras } from '../../src/core/cameras/cameras.ts';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import { camerasModule } from '../../src/modules/cameras/cameras.ts';
import { outagesModule } from '../../src/modules/history/outages.ts';
import { openSecrets } from '../../src/secrets/open-secrets.ts';
import { BLIND, camera, DOWN, historySetting, IDLE, MINUTE_MS, UP } from '../core/outages/setting.ts';
import { moduleApi } from '../support/api/modules.ts';

const secrets = await openSecrets({ dir: tmpdir(), appKey: 'k'.repeat(32) });

let setting: Awaited<ReturnType<typeof historySetting>>;
let api: ReturnType<typeof moduleApi>;

beforeEach(async () => {
  setting = await historySetting(['1', '2']);
  await setting.store.commit((tx) => tx.collection(CAMERAS).put(camera('2', 'Garage')));
  const { store, clock, bus, log, history } = setting;
  const cameras = createCameras(store, bus, clock, log);
  const publicHost = { configured: 'cams.example', fallback: 'x' };
  api = moduleApi(outagesModule(setting), camerasModule({ store, secrets, clock, cameras, history, publicHost }));
  // Minutes after ten: camera 1 is down from 10 to 20 and from 50 on; both are unknown from 30 to 40.
  const pass = (minutes: number) => clock.advance(minutes * MINUTE_MS);
  for (const id of ['1', '2']) setting.tell(UP, id);
  pass(10);
  setting.tell(DOWN);
  pass(10);
  setting.tell(UP);
  pass(10);
  for (const id of ['1', '2']) setting.tell(BLIND, id);
  pass(10);
  for (const id of ['1', '2']) setting.tell(UP, id);
  pass(10);
  setting.tell({ ...DOWN, reason: 'silent' });
  pass(10);
});

async function listed(payload: object = {}) {
  const page = await api.value({ command: 'list', module: 'outages', payload: { ...payload }, token: 'user' });
  return page as { total: number; items: { id: string; camera: number; reason: string }[] };
}
const reasons = async (payload: object) => (await listed(payload)).items.map((item) => `${item.camera} ${item.reason}`);

describe('outages.list', () => {
  it('has the latest first, with its camera and how long it was, or lasts', async () => {
    const { total, items } = await listed();
    expect(total).toBe(4);
    const from = '2026-11-21T10:50:00.000Z';
    expect(items[0]).toEqual({
      ...{ id: `1-${Date.parse(from)}`, camera: 1, name: 'Camera 1', room: 'Yard', kind: 'down', reason: 'silent' },
      ...{ from, until: null, seconds: 600, since: from },
    });
    expect(items.at(-1)).toMatchObject({
      kind: 'down',
      reason: 'refused',
      until: '2026-11-21T10:20:00.000Z',
      seconds: 600,
    });
    expect(items[1]).toMatchObject({ kind: 'blind', reason: 'mediamtx-unreachable', since: null });
  });

  it('goes by camera, room, kind and reason', async () => {
    expect(await reasons({ camera: 2 })).toEqual(['2 mediamtx-unreachable']);
    expect(await reasons({ camera: '2' })).toEqual(['2 mediamtx-unreachable']);
    expect(await reasons({ room: 'Garage' })).toEqual(['2 mediamtx-unreachable']);
    expect(await reasons({ kind: 'down' })).toEqual(['1 silent', '1 refused']);
    expect(await reasons({ reason: 'refused' })).toEqual(['1 refused']);
    expect(await reasons({ search: 'SILENT' })).toEqual(['1 silent']);
    expect(await reasons({ camera: 1, room: 'Garage' })).toEqual([]);
  });

  it('has the times when nobody wanted a camera only where one asks for them, and then nothing else', async () => {
    setting.tell(IDLE, '2');
    setting.clock.advance(5 * MINUTE_MS);
    expect((await listed()).items.map(({ reason }) => reason)).not.toContain(null);
    expect(await listed({ kind: 'idle' })).toMatchObject({
      total: 1,
      items: [{ camera: 2, kind: 'idle', reason: null, from: '2026-11-21T11:00:00.000Z', until: null, since: null }],
    });
  });

  it('goes by time: whatever lasted into it, or began before its end', async () => {
    const at = (minute: number) => `2026-11-21T10:${minute}:00Z`;
    expect(await reasons({ camera: 1, from: at(15), until: at(25) })).toEqual(['1 refused']);
    expect(await reasons({ camera: 1, from: at(21), until: at(29) })).toEqual([]);
    expect(await reasons({ camera: 1, from: at(55) })).toEqual(['1 silent']);
    expect(await reasons({ camera: 1, until: at(15) })).toEqual(['1 refused']);
  });

  it('comes in pages, and what cannot be used is no filter', async () => {
    const page = await listed({
      page: 2,
      itemsPerPage: 3,
      sortBy: '-seconds',
      from: 'yesterday',
      camera: null,
      kind: 7,
    });
    expect(page).toMatchObject({ page: 2, itemsPerPage: 3, total: 0, items: [] });
    expect((await listed({ page: 2, itemsPerPage: 3, from: 'yesterday', camera: null })).items).toHaveLength(1);
  });

  it('is for whoever may read cameras', async () => {
    expect((await api.error({ command: 'list', module: 'outages', token: 'nobody' })).code).toBe('unauthorized');
  });

  it('keeps the id of an outage when it ends, and over a restart', async () => {
    const [before] = (await listed({ camera: 1 })).items;
    setting.tell(UP);
    expect((await listed({ camera: 1 })).items[0]?.id).toBe(before?.id);
    await setting.restart(MINUTE_MS);
    expect([...setting.history.outages()].map(({ id }) => id)).toContain(before?.id);
  });
});

it('a camera is read with its uptime, in whole seconds that are the window', async () => {
  setting.clock.advance(333);
  const { uptime } = (await api.value({ command: 'read', module: 'cameras', entity: '1' })) as { uptime: object };
  expect(uptime).toEqual({
    '24h': { ratio: expect.closeTo(0.6, 3), up: 1801, down: 1200, blind: 83_399 },
    '7d': { ratio: expect.closeTo(0.6, 3), up: 1801, down: 1200, blind: 601_799 },
    '30d': { ratio: expect.closeTo(0.6, 3), up: 1801, down: 1200, blind: 2_588_999 },
  });
});
