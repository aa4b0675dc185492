/** Pins that a NestMTX that is gone is told to be gone also where that could not be stored when it was found out. */

import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { createSessions } from '../../src/core/accounts/sessions.ts';
import { createBus } from '../../src/core/bus.ts';
import { createCameras } from '../../src/core/cameras/cameras.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { startFollow } from '../../src/follow/start-follow.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { topicsOf } from '../../src/protocol/topics.ts';
import { openSecrets } from '../../src/secrets/open-secrets.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { recordingLink } from '../support/brokers/recording-link.ts';
import { eventually } from '../support/eventually.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

it('a NestMTX that is silent is told to be gone, also where that could not be stored at first', async () => {
  const secrets = await openSecrets({ dir: tmpdir(), appKey: 'k'.repeat(32) });
  const [store, clock, log] = [memoryStore(COLLECTIONS), manualClock(), recordingLog()];
  const bus = createBus(log);
  const told: string[] = [];
  bus.on('event', ({ domain, event }) => told.push(`${domain} ${event}`));
  const following = startFollow({
    // Nobody listens there.
    broker: { current: { url: 'mqtt://127.0.0.1:1' }, onChange: () => () => undefined },
    user: undefined,
    publicHost: { configured: undefined, fallback: 'here' },
    topics: topicsOf('nestmtx', 'plain'),
    link: recordingLink(),
    modules: [],
    sessions: createSessions(store, secrets, clock),
    cameras: createCameras(store, bus, clock, log),
    ...{ store, secrets, bus, clock, log },
  });
  await eventually(() => log.visible().some((line) => line.includes('does not answer')), 'it is found silent');
  const { commit } = store;
  store.commit = () => Promise.reject(new ApiError('unavailable'));
  clock.advance(30_000);
  await new Promise((resolve) => setImmediate(resolve));
  store.commit = commit;
  expect(told).toEqual([]);
  clock.advance(60_000);
  await eventually(() => told.length > 0, 'it is told');
  clock.advance(300_000);
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual(['source offline']);
  await following.close();
});
