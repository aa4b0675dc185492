/** Owns the inside of a service that watches one camera behind a restreamer, put together as the service does; time is the caller's. */

import { tmpdir } from 'node:os';
import { openCameraSources } from '../../../src/app/cameras.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { createFailedLogins } from '../../../src/core/accounts/failed-logins.ts';
import { createGuesses } from '../../../src/core/accounts/guesses.ts';
import { createLogins } from '../../../src/core/accounts/logins.ts';
import { createSessions } from '../../../src/core/accounts/sessions.ts';
import { createBus } from '../../../src/core/bus.ts';
import { createCameras } from '../../../src/core/cameras/cameras.ts';
import { isInUse } from '../../../src/core/cameras/expectation.ts';
import { CAMERAS, type CameraRecord } from '../../../src/core/cameras/records.ts';
import { HELD_ALONE } from '../../../src/core/cluster/holdings.ts';
import { ledAlone } from '../../../src/core/cluster/leadership.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { createDirectory } from '../../../src/core/directory/directory.ts';
import { createUsageMeter } from '../../../src/core/instances/usage/meter.ts';
import { createClosers } from '../../../src/core/lifecycle.ts';
import { createHistory } from '../../../src/core/outages/history.ts';
import type { Clock } from '../../../src/core/ports.ts';
import { createReloads } from '../../../src/core/timing/reloads.ts';
import { listAdoptable } from '../../../src/modules/cameras/adoptable.ts';
import { openSecrets } from '../../../src/secrets/open-secrets.ts';
import { createVerifiedCache } from '../../../src/secrets/verified-cache.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import type { Seen } from '../../contracts/restreamer/under-test.ts';
import { type RecordingLog, recordingLog } from '../recording-log.ts';

const UID = 'bridge/camera-1';
const at = '2026-11-21T16:00:00.000Z';

export interface Observed extends Seen {
  readonly log: RecordingLog;
  /** What *Probe* does. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

interface Options {
  readonly env: Readonly<Record<string, string>>;
  readonly camera: Partial<CameraRecord>;
  /** Of a camera that is pulled. */
  readonly sourceUrl?: string;
  readonly clock: Clock;
}

export async function observed({ env, camera, sourceUrl, clock }: Options): Promise<Observed> {
  const config = loadConfig({ env: { DATA_DIR: tmpdir(), ...env }, cwd: tmpdir(), readFile: noFile });
  const log = recordingLog();
  const store = memoryStore(COLLECTIONS);
  const secrets = await openSecrets({ dir: tmpdir(), appKey: 'k'.repeat(32) });
  const bus = createBus(log);
  const told: { about: string; event: string; details: Readonly<Record<string, unknown>> }[] = [];
  bus.on('event', ({ domain, event, details }) => told.push({ about: domain, event, details }));
  const sealedSourceUrl = sourceUrl === undefined ? null : secrets.seal(sourceUrl, UID);
  await store.commit((tx) => tx.collection(CAMERAS).put({ ...CAMERA, sealedSourceUrl, ...camera }));
  const cameras = createCameras(store, bus, clock, log, { firstSight: () => 'feed', isWatched: isInUse });
  const sessions = createSessions(store, secrets, clock);
  const failedLogins = createFailedLogins({ store, bus, clock, log });
  const guesses = createGuesses(clock, failedLogins.note);
  const logins = createLogins({ store, secrets, verified: createVerifiedCache(clock), guesses });
  const directory = createDirectory({ store, secrets, clock, guesses, logins, sessions });
  const meter = createUsageMeter(store, clock, log);
  const history = createHistory({ store, bus, clock, log, cameras });
  const closers = createClosers(log);
  const { onReload } = createReloads();
  const core = {
    log,
    clock,
    store,
    secrets,
    sessions,
    logins,
    failedLogins,
    directory,
    meter,
    bus,
    cameras,
    history,
    onReload,
    leadership: ledAlone(store),
    holdings: HELD_ALONE,
    membership: undefined,
    others: undefined,
  };
  const { control } = openCameraSources(config, core, closers);
  const turns = (domain: string) => told.filter(({ about, event }) => about === domain && /^o(n|ff)line$/.test(event));
  return {
    log,
    probe: () => control.act({ ...CAMERA, sealedSourceUrl, ...camera }, 'probe'),
    facts: () => cameras.facts('1'),
    events: () =>
      told.filter(({ about, event }) => about === 'camera' && !/^o(n|ff)line$/.test(event)).map(({ event }) => event),
    turns: () => turns('camera').map(({ event, details }) => `${event} ${details['reason']}`),
    sourceTurns: () =>
      turns('source').map(({ event, details }) => `${event} ${details['reason']} ${details['cameras']}`),
    adoptable: () =>
      listAdoptable(PAGE, store, control).items.map(({ mtx_path, stream }) => String(mtx_path ?? stream)),
    async close() {
      await closers.close();
      await meter.close();
      cameras.close();
    },
  };
}

function noFile(): string {
  throw Object.assign(new Error('no file'), { code: 'ENOENT' });
}

const PAGE = { page: 1, itemsPerPage: 10, search: null, sortBy: null };
export const CAMERA: CameraRecord = {
  id: '1',
  credentialId: null,
  uid: UID,
  room: 'Hall',
  name: 'Door',
  info: null,
  mtxPath: null,
  isEnabled: true,
  isPersistent: false,
  expiresAt: null,
  sourceType: 'publisher',
  sealedSourceUrl: null,
  createdAt: at,
  updatedAt: at,
};
