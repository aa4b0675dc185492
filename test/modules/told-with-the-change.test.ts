/** Pins that what is changed of cameras is told by the very change: also where a bridge dies right behind it, or NATS cannot say that it has it. */

import { tmpdir } from 'node:os';
import { beforeEach, expect, it } from 'vitest';
import { createBus } from '../../src/core/bus.ts';
import { createCameras } from '../../src/core/cameras/cameras.ts';
import { CAMERA_STATES, CAMERAS } from '../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { CREDENTIALS } from '../../src/core/google/credentials.ts';
import { hearEvents } from '../../src/core/happened/heard.ts';
import { createHistory } from '../../src/core/outages/history.ts';
import type { Store } from '../../src/core/store.ts';
import { camerasModule } from '../../src/modules/cameras/cameras.ts';
import { credentialsModule } from '../../src/modules/credentials.ts';
import { cameraWithoutIds, NOBODY } from '../../src/moving/household.ts';
import { moveIn } from '../../src/moving/move-in.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { openSecrets } from '../../src/secrets/open-secrets.ts';
import { moduleApi } from '../support/api/modules.ts';
import { storesOnOneLog } from '../support/cluster/one-log.ts';
import { googleStandIn } from '../support/google/token.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';
import { answer, ORIGIN } from './credentials-setting.ts';

const secrets = await openSecrets({ dir: tmpdir(), appKey: 'k'.repeat(32) });

async function bridge(open: () => Promise<Store>) {
  const [own, clock, log] = [await open(), manualClock(), recordingLog()];
  let left = Number.POSITIVE_INFINITY;
  const store: Store = {
    ...own,
    async commit(change) {
      if (left === 0) throw new ApiError('unavailable');
      left -= 1;
      const result = await own.commit(change);
      if (left === 0) throw new ApiError('unavailable');
      return result;
    },
  };
  const bus = createBus(log);
  const told: string[] = [];
  bus.on('event', ({ event, entity }) => told.push(`${event} ${entity}`));
  const shown: string[] = [];
  bus.on('cameraState', ({ cameraId, state }) => shown.push(`${cameraId} ${state ? state.enabled : 'gone'}`));
  const ways = { firstSight: () => null, isWatched: () => true, shared: { judges: () => true, epoch: () => 1 } };
  const cameras = createCameras(store, bus, clock, log, ways);
  hearEvents(store, bus);
  const history = createHistory({ store, bus, clock, log, cameras, isShared: true });
  const publicHost = { configured: 'cams.example', fallback: 'x' };
  const google = googleStandIn({ one: 'x' }, clock.now);
  const ports = { store, secrets, clock, cameras, bus, google, history, publicHost };
  const api = moduleApi(camerasModule(ports), credentialsModule(ports));
  return {
    ...{ store, clock, cameras, api, google, told, shown },
    /** It makes so many more changes, and cannot say that it has made the last one. */
    die(changes = 1) {
      left = changes;
    },
  };
}

type Bridge = Awaited<ReturnType<typeof bridge>>;
let a: Bridge;
let b: Bridge;

const create = (name: string) =>
  ({ module: 'cameras', command: 'create', payload: { name, mtx_path: name, is_enabled: true } }) as const;

beforeEach(async () => {
  const open = storesOnOneLog([...COLLECTIONS, CREDENTIALS]);
  [a, b] = [await bridge(open), await bridge(open)];
  await a.api.value(create('door'));
  expect([b.told.splice(0), b.shown.splice(0)]).toEqual([['created 1'], ['1 true']]);
  a.die();
});

it('a camera that is added', async () => {
  await a.api.error(create('yard'));
  expect([b.told, b.shown]).toEqual([['created 2'], ['2 true']]);
});

it('a camera that is switched off', async () => {
  await a.api.error({ module: 'cameras', command: 'update', entity: '1', payload: { is_enabled: false } });
  expect([b.told, b.shown]).toEqual([['updated 1'], ['1 false']]);
});

it('a camera that is removed', async () => {
  await a.api.error({ module: 'cameras', command: 'delete', entity: '1' });
  expect([b.told, b.shown]).toEqual([['removed 1'], ['1 gone']]);
  expect(b.store.collection(CAMERA_STATES).size).toBe(0);
});

it('cameras that go with their credentials', async () => {
  await b.store.commit((tx) =>
    tx.collection(CREDENTIALS).put({
      ...{ id: '5', description: 'House', checksum: 'x', sealedClient: 'x', sealedTokens: null, sealedPending: null },
      ...{ tokenRedirectUrl: null, createdAt: '', updatedAt: '' },
    }),
  );
  await b.store.commit((tx) => {
    const rows = tx.collection(CAMERAS);
    const door = rows.get('1');
    if (door) rows.put({ ...door, sourceType: 'google', credentialId: 5 });
  });
  await a.api.error({ module: 'credentials', command: 'delete', entity: '5' });
  expect([b.told, b.shown]).toEqual([['removed 1'], ['1 gone']]);
});

it('cameras that move in', async () => {
  const yard = cameraWithoutIds({ name: 'Yard', sourceType: 'publisher', mtxPath: 'yard' });
  const moving = moveIn(
    { secrets, clock: a.clock, change: a.cameras.change },
    { ...NOBODY, cameras: [yard] },
    new Map(),
  );
  await expect(moving).rejects.toThrow();
  expect([b.told, b.shown]).toEqual([['created 2'], ['2 true']]);
});

it('credentials that are authorised', async () => {
  const payload = { description: 'House', oauth_client_id: 'one', oauth_client_secret: 'x', dac_project_id: 'p' };
  await b.api.value({ module: 'credentials', command: 'create', payload });
  const link = await b.api.value({
    ...{ module: 'credentials', command: 'update', entity: '1' },
    payload: { origin: ORIGIN },
  });
  a.die(2);
  await a.api.error(answer(a.google.consent(String(link))));
  expect(b.told).toEqual(['authenticated 1']);
});
