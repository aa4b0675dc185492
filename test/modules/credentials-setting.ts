/** Owns what the suites of the `credentials` module start from: a store in memory, real cryptography, a strict Google. */

import { tmpdir } from 'node:os';
import { createBus } from '../../src/core/bus.ts';
import { createCameras } from '../../src/core/cameras/cameras.ts';
import { CAMERA_STATES, CAMERAS, type CameraRecord } from '../../src/core/cameras/records.ts';
import { FACTS } from '../../src/core/fact-records.ts';
import { CREDENTIALS } from '../../src/core/google/credentials.ts';
import type { GoogleTokenEndpoint } from '../../src/core/google/google.ts';
import { OUTBOX } from '../../src/core/happened/outbox.ts';
import { PAST_EVENTS } from '../../src/core/happened/past-events.ts';
import { credentialsModule } from '../../src/modules/credentials.ts';
import type { BridgeEvent } from '../../src/protocol/events.ts';
import { openSecrets } from '../../src/secrets/open-secrets.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { moduleApi } from '../support/api/modules.ts';
import { googleStandIn } from '../support/google/token.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

export const CLIENT = {
  description: 'Garage project',
  oauth_client_id: '1234.apps.googleusercontent.com',
  oauth_client_secret: 'GOCSPX-secret',
  dac_project_id: 'b2c3-project',
};
export const ORIGIN = 'https://nest.example:2001';

// The directory is for a generated key; with a key given nothing is written.
const secrets = await openSecrets({ dir: tmpdir(), appKey: 'k'.repeat(32) });

/** @param instead of the strict stand-in answers exchanges */
export function credentialsSetting(instead?: GoogleTokenEndpoint) {
  const clock = manualClock();
  const store = memoryStore([CREDENTIALS, CAMERAS, CAMERA_STATES, FACTS, OUTBOX, PAST_EVENTS]);
  const google = googleStandIn({ [CLIENT.oauth_client_id]: CLIENT.oauth_client_secret, other: 'other' }, clock.now);
  const log = recordingLog();
  const bus = createBus(log);
  const events: BridgeEvent[] = [];
  bus.on('event', (event) => events.push(event));
  const cameras = createCameras(store, bus, clock, log);
  const ports = { store, secrets, clock, google: instead ?? google, cameras, bus };
  const api = moduleApi(credentialsModule(ports));

  const create = (changes: object = {}) =>
    api.value({ command: 'create', module: 'credentials', payload: { ...CLIENT, ...changes } });
  const update = (entity: string, origin = ORIGIN) =>
    ({ command: 'update', module: 'credentials', entity, payload: { origin } }) as const;
  const link = async (entity = '1', origin = ORIGIN) => String(await api.value(update(entity, origin)));
  /** The whole way: link, consent, answer. */
  const authorize = async (entity = '1') => api.value(answer(google.consent(await link(entity))));

  return { ...ports, api, google, events, create, update, link, authorize };
}

/** The same with one row, id 1. */
export async function createdCredentials(instead?: GoogleTokenEndpoint) {
  const setting = credentialsSetting(instead);
  await setting.create();
  return setting;
}

/** What the page at the redirect URI makes of the query that the browser came back with. */
export function answer(query: object) {
  return { command: 'read', module: 'credentials', entity: base64({ ...query, origin: ORIGIN }) } as const;
}

export function base64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}

export function camera(id: string, credentialId: number | null): CameraRecord {
  return {
    id,
    credentialId,
    uid: `enterprises/p/devices/${id}`,
    room: 'Unknown',
    name: `Camera ${id}`,
    info: null,
    mtxPath: null,
    isEnabled: false,
    isPersistent: false,
    expiresAt: null,
    sourceType: 'google',
    sealedSourceUrl: null,
    createdAt: '2026-11-21T16:48:30.698+00:00',
    updatedAt: '2026-11-21T16:48:30.698+00:00',
  };
}
