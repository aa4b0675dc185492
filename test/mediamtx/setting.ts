/** Owns the inside of a service for suites about MediaMTX: cameras, their events, and a stand-in to ask; time is the test's. */

import { tmpdir } from 'node:os';
import { createBus } from '../../src/core/bus.ts';
import { createCameras } from '../../src/core/cameras/cameras.ts';
import { isInUse, isLookedAt } from '../../src/core/cameras/expectation.ts';
import type { CameraWays } from '../../src/core/cameras/live/ways.ts';
import { CAMERAS, type CameraRecord } from '../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { openMediaMtx } from '../../src/mediamtx/open-mediamtx.ts';
import { openSecrets } from '../../src/secrets/open-secrets.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { startMediaMtx } from '../support/cameras/mediamtx.ts';
import { type MediaMtxVersion, VERSIONS } from '../support/cameras/mediamtx-shapes.ts';
import { eventually } from '../support/eventually.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

export const secrets = await openSecrets({ dir: tmpdir(), appKey: 'k'.repeat(32) });
const at = '2026-11-21T16:00:00.000Z';

/** As the service has them beside MediaMTX. */
const WAYS: CameraWays = {
  firstSight: (camera) => (isLookedAt(camera) ? 'look' : 'feed'),
  isWatched: isInUse,
};

export type MediaMtxSetting = Awaited<ReturnType<typeof mediaMtxSetting>>;

interface Options {
  readonly version?: MediaMtxVersion;
  readonly login?: { readonly username: string; readonly password: string };
}

/** Asks nothing before `start`. */
export async function mediaMtxSetting({ version = VERSIONS['1.20'], login }: Options = {}) {
  const server = await startMediaMtx(version);
  const clock = manualClock();
  const log = recordingLog();
  const store = memoryStore(COLLECTIONS);
  const bus = createBus(log);
  const told: { id: number | null; event: string; details: Readonly<Record<string, unknown>> }[] = [];
  bus.on('event', ({ entity: id, event, details }) => told.push({ id, event, details }));
  let cameras = createCameras(store, bus, clock, log, WAYS);
  const googleUrls = new Map<string, string>();
  const doubts = new Map<string, string>();
  const open = () =>
    openMediaMtx({
      address: { url: `${server.url}/`, ...login },
      sourceUrl: (id) => googleUrls.get(id),
      doubtOf: ({ id }) => doubts.get(id),
      store,
      secrets,
      bus,
      cameras,
      clock,
      log,
    });
  let mediaMtx: ReturnType<typeof open> | undefined;
  const polls = () => log.lines.filter(({ message }) => message === 'asked MediaMTX').length;

  async function after(step: () => void): Promise<void> {
    const before = polls();
    step();
    await eventually(() => polls() > before, 'a poll');
  }

  return {
    server,
    /** Where a camera of Google is to be had, by its id. */
    googleUrls,
    /** Why nothing can be known of a camera, by its id. */
    doubts,
    clock,
    log,
    store,
    bus,
    secrets,
    cameras: () => cameras,
    mediaMtx: () => mediaMtx ?? open(),
    /** Every event so far about the feed of a camera. */
    events: (id = 1) =>
      told
        .filter((one) => one.id === id && !['created', 'updated', 'removed', 'offline', 'online'].includes(one.event))
        .map(({ event }) => event),
    /** Whether a camera was told to be down, and for what; of the sources, too, which have no id. */
    turns: (id: number | null = 1) =>
      told
        .filter((one) => one.id === id && ['offline', 'online'].includes(one.event))
        .map(({ event, details }) => `${event} ${details['reason']}`),
    told,
    /** How many polls have ended. */
    polls,
    async add(path: string, changes: Partial<CameraRecord> = {}, url?: string): Promise<CameraRecord> {
      const camera = await store.commit((tx) => {
        const id = String(tx.nextId('cameras'));
        const sealedSourceUrl = url === undefined ? null : secrets.seal(url, `uid-${id}`);
        const record: CameraRecord = {
          ...CAMERA,
          id,
          uid: `uid-${id}`,
          name: path,
          mtxPath: path,
          sealedSourceUrl,
          ...changes,
        };
        tx.collection(CAMERAS).put(record);
        return record;
      });
      if (mediaMtx) await after(() => void cameras.change((_tx, tell) => tell('created', camera)));
      else await cameras.change((_tx, tell) => tell('created', camera));
      return camera;
    },
    async change(id: string, changes: Partial<CameraRecord>): Promise<void> {
      const now = store.collection(CAMERAS).get(id);
      if (!now) throw new Error(`no camera ${id}`);
      const camera = { ...now, ...changes };
      await store.commit((tx) => tx.collection(CAMERAS).put(camera));
      await after(() => void cameras.change((_tx, tell) => tell('updated', camera)));
    },
    /** What is told of the login at Google, and the poll that follows. */
    credentials: (event: 'authenticated' | 'unauthenticated') =>
      after(() => bus.emit('event', { domain: 'credentials', event, entity: 1, details: {}, at })),
    start: () =>
      after(() => {
        mediaMtx = open();
      }),
    /** Lets the next poll, or the next few until this much time has gone by, happen and end. */
    async poll(ms = 5000): Promise<void> {
      for (let leftMs = ms; leftMs > 0; leftMs -= 5000) await after(() => clock.advance(Math.min(5000, leftMs)));
    },
    /** As after a restart of the service: what is stored is all that is known. */
    async reborn(): Promise<void> {
      await mediaMtx?.close();
      cameras = createCameras(store, bus, clock, log, WAYS);
      await after(() => {
        mediaMtx = open();
      });
    },
    async stop(): Promise<void> {
      await mediaMtx?.close();
      await server.close().catch(() => undefined);
    },
  };
}

const CAMERA: CameraRecord = {
  id: '1',
  credentialId: null,
  uid: 'u',
  room: 'Hall',
  name: 'Door',
  info: null,
  mtxPath: 'door',
  isEnabled: true,
  isPersistent: false,
  expiresAt: null,
  sourceType: 'publisher',
  sealedSourceUrl: null,
  createdAt: at,
  updatedAt: at,
};
