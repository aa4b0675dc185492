/** Owns an instance service over a store in memory and a broker that is a map, for users who are just there. */

import { tmpdir } from 'node:os';
import { createGuesses } from '../../../src/core/accounts/guesses.ts';
import { createLogins } from '../../../src/core/accounts/logins.ts';
import { USERS, type UserRecord } from '../../../src/core/accounts/records.ts';
import { createSessions } from '../../../src/core/accounts/sessions.ts';
import { ledAlone } from '../../../src/core/cluster/leadership.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { createDirectory } from '../../../src/core/directory/directory.ts';
import { createInstances, type InstancesSetup } from '../../../src/core/instances/instances.ts';
import { createInstanceRequests } from '../../../src/core/instances/keyed-requests.ts';
import type { Provisioner } from '../../../src/core/instances/provisioner.ts';
import { INSTANCES, TOMBSTONES } from '../../../src/core/instances/records.ts';
import { NO_USAGE } from '../../../src/core/instances/usage/usage.ts';
import type { Secrets } from '../../../src/core/ports.ts';
import type { Store } from '../../../src/core/store.ts';
import { openSecrets } from '../../../src/secrets/open-secrets.ts';
import { createVerifiedCache } from '../../../src/secrets/verified-cache.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { type ManualClock, manualClock } from '../manual-clock.ts';
import { recordingLog } from '../recording-log.ts';
import { fakeProvisioner } from './fake-provisioner.ts';

const secrets = await openSecrets({ dir: tmpdir(), appKey: '0123456789abcdef0123456789abcdef' });

export const ANNA = person('1', 'anna');
export const BERT = person('2', 'bert');
export const PLAIN = { label: null, expiresAt: null };

export interface World {
  readonly store: Store;
  readonly broker: Provisioner;
  readonly clock: ManualClock;
}

/** What outlives a crash. */
export async function newWorld<Broker extends Provisioner>(broker: Broker) {
  const store = memoryStore(COLLECTIONS);
  await store.commit((tx) => {
    for (const user of [ANNA, BERT]) tx.collection(USERS).put(user.user);
  });
  return { store, broker, clock: manualClock() };
}

/** One run of the service. */
export function run({ store, broker, clock }: World, more: Partial<InstancesSetup> = {}) {
  const log = recordingLog();
  const revoked: string[] = [];
  const sessions = createSessions(store, secrets, clock);
  const guesses = createGuesses(clock);
  const logins = createLogins({ store, secrets, verified: createVerifiedCache(clock), guesses });
  const directory = createDirectory({ store, secrets, clock, guesses, logins, sessions });
  directory.onRevoked((key) => revoked.push(key));
  const instances = createInstances({
    store,
    secrets,
    clock,
    log,
    provisioner: broker,
    usage: NO_USAGE,
    topicRights: { publish: () => ({ allowed: true, rule: 'p' }), subscribe: () => ({ allowed: false, rule: 's' }) },
    limit: 4,
    endpoint: { server: 'mqtt.example', port: '8883' },
    reservedNames: [],
    revoked: (id) => directory.instanceChanged(id),
    leadership: ledAlone(store),
    ...more,
  });
  const requests = createInstanceRequests(store, secrets, clock);
  return { instances, log, revoked, directory, sessions, logins, requests };
}

export async function newSetting(more: Partial<InstancesSetup> = {}, broker = fakeProvisioner()) {
  const world = await newWorld(broker);
  const running = run(world, more);
  const records = world.store.collection(INSTANCES);
  const { instances, directory } = running;
  return {
    ...world,
    ...running,
    records,
    tombstones: world.store.collection(TOMBSTONES),
    /** The password of Anna's instance. */
    passwordOf(id: string): string {
      const [password = ''] = instances.revealPasswords(ANNA, [instances.read(ANNA, id)]);
      return password;
    },
    login: (username: string, password: string, address = '192.0.2.1') =>
      directory.login({ username, password, address }),
  };
}

/** Names, passwords and ids in the order given; everything else is random. */
export function scripted(names: readonly string[]): Secrets {
  const left = [...names];
  return {
    ...secrets,
    newPassword: (length) => (length === 8 ? left.shift() : undefined) ?? secrets.newPassword(length),
  };
}

function person(id: string, username: string): { readonly user: UserRecord } {
  const user: UserRecord = {
    id,
    username,
    passwordHash: '',
    canLogin: true,
    role: 'user',
    ownerId: id.repeat(24),
    generation: 1,
    createdAt: '2026-11-21T16:48:30.698+00:00',
  };
  return { user };
}
