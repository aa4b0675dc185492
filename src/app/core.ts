/** Owns the application's inside: the store, the secrets and what works on them. Opens no port and knows no transport. */

import type { Config } from '../config/config.ts';
import { createFailedLogins, type FailedLogins } from '../core/accounts/failed-logins.ts';
import { prepareUsers } from '../core/accounts/first-start.ts';
import { createGuesses } from '../core/accounts/guesses.ts';
import { createLogins, type Logins } from '../core/accounts/logins.ts';
import { createSessions, type Sessions } from '../core/accounts/sessions.ts';
import { type Throttles, throttlesAlone } from '../core/accounts/throttles.ts';
import { type Bus, createBus } from '../core/bus.ts';
import { type Cameras, createCameras } from '../core/cameras/cameras.ts';
import { isInUse, isLookedAt } from '../core/cameras/expectation.ts';
import type { CameraWays } from '../core/cameras/live/ways.ts';
import type { CameraRecord } from '../core/cameras/records.ts';
import { HELD_ALONE, type Holdings } from '../core/cluster/holdings.ts';
import { type Leadership, ledAlone } from '../core/cluster/leadership.ts';
import type { Others } from '../core/cluster/others.ts';
import { createDirectory, type Directory } from '../core/directory/directory.ts';
import { CREDENTIALS } from '../core/google/credentials.ts';
import { hearEvents } from '../core/happened/heard.ts';
import { createUsageMeter, type UsageMeter } from '../core/instances/usage/meter.ts';
import type { Closers } from '../core/lifecycle.ts';
import { createHistory, type History } from '../core/outages/history.ts';
import type { Clock, Log, Secrets } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { createReloads, type Reloads } from '../core/timing/reloads.ts';
import { claimDataFolder } from '../follow/data-folder.ts';
import { ApiError } from '../protocol/api-error.ts';
import { lookForAppKey } from '../secrets/app-key.ts';
import { assertKeyFits, rememberKey } from '../secrets/key-check.ts';
import { openSecrets } from '../secrets/open-secrets.ts';
import { createVerifiedCache } from '../secrets/verified-cache.ts';
import { lookIntoStore } from '../store/look.ts';
import { openStore, type StoreOptions } from '../store/open-store.ts';
import type { Joined, Membership } from './cluster/join.ts';
import { ALL_COLLECTIONS } from './collections.ts';
import { sourceOf } from './sources/names.ts';

/** What is the same for every transport. */
export interface Core {
  readonly log: Log;
  readonly clock: Clock;
  readonly store: Store;
  readonly secrets: Secrets;
  readonly sessions: Sessions;
  readonly logins: Logins;
  readonly failedLogins: FailedLogins;
  readonly directory: Directory;
  /** Of rented instances; closed after the broker that it observes. */
  readonly meter: UsageMeter;
  readonly bus: Bus;
  readonly cameras: Cameras;
  readonly history: History;
  readonly onReload: Reloads['onReload'];
  /** What one bridge of a cluster does at a time is this one's to do, for now. */
  readonly leadership: Leadership;
  /** What bridges share out among them, one thing to each at a time. */
  readonly holdings: Holdings;
  /** Of a cluster; undefined for a bridge that stands alone. */
  readonly membership: Membership | undefined;
  /** The other bridges, for the API; the same. */
  readonly others: Others | undefined;
}

interface Surroundings {
  readonly log: Log;
  readonly clock: Clock;
  /** Whether the first start of all makes an administrator. */
  readonly makesAdmin?: boolean;
  /** Absent where nothing is read anew. */
  readonly reloads?: Reloads | undefined;
  /** Whether cameras that were followed are ours from now on. */
  readonly adopts?: boolean | undefined;
  /** Whether nothing at all is to be written: what changes is forgotten. */
  readonly isLook?: boolean | undefined;
  /** Makes this bridge one of its cluster; absent where it stands alone, or that is none of the caller's business. */
  readonly joined?: ((options: StoreOptions) => Promise<Joined>) | undefined;
}

const FOR_LOOKS = 'a key that nothing is kept under'.repeat(2);

/** The generated password of the first administrator, if there is one, comes with it: to be shown once, never logged. */
export async function openCore(
  config: Config,
  { log, clock, makesAdmin = true, adopts = false, isLook = false, reloads, joined }: Surroundings,
  closers: Closers,
): Promise<{ core: Core; generatedPassword: string | undefined }> {
  const { dataDir, appKey } = config;
  const key = await lookForAppKey(dataDir, appKey);
  const admits = (records: Pick<Store, 'collection'>) => assertKeyFits(records, key);
  const options = { dir: dataDir, log, collections: ALL_COLLECTIONS, admits };
  const company = isLook ? undefined : await joined?.(options);
  const store = company?.store ?? (await openAlone(config, options, isLook));
  const { close = () => store.close(), lease: leadership = ledAlone(store), membership } = company ?? {};
  const holdings = company?.holdings ?? HELD_ALONE;
  const consistency = membership?.consistency;
  closers.add('store', close);
  await claimDataFolder(store, config.mode, adopts);
  // Where there is none yet, a look has nothing to open with it.
  const secrets = await openSecrets({ dir: dataDir, appKey: key.key ?? (isLook ? FOR_LOOKS : undefined) });
  await rememberKey(store, secrets);
  // Who follows another server logs in there.
  const firstAdmin = config.mode === 'follow' || !makesAdmin ? undefined : config.admin;
  const generatedPassword = await prepareUsers(store, secrets, clock, firstAdmin, log);
  const sessions = createSessions(store, secrets, clock, (userId) => directory.userChanged(userId));
  const bus = createBus(log);
  const failedLogins = createFailedLogins({ store, bus, clock, log });
  const throttles = membership ? await throttlesOf(membership, { secrets, clock }, closers) : throttlesAlone(clock);
  const guesses = createGuesses(clock, failedLogins.note, throttles);
  const logins = createLogins({ store, secrets, verified: createVerifiedCache(clock), guesses, consistency });
  const directory = createDirectory({
    ...{ store, secrets, clock, guesses, throttles, logins, sessions, consistency },
  });
  store.watch(CREDENTIALS, (changes) => {
    for (const { id } of changes) bus.emit('credentialsChanged', { credentialId: id });
  });
  const meter = createUsageMeter(store, clock, log);
  closers.add('usage', () => meter.close());
  if (company) closers.add('events of other bridges', hearEvents(store, bus));
  const cameras = createCameras(store, bus, clock, log, waysOf(config, company));
  closers.add('cameras', () => cameras.close());
  const history = createHistory({ store, bus, clock, log, cameras, isShared: company !== undefined });
  const onReload = (reloads ?? createReloads()).onReload;
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
    leadership,
    holdings,
    membership,
    others: membership && (await othersIn(membership, secrets)),
  };
  return { core, generatedPassword };
}

/** What is changed behind the back of a cluster would be a cluster of its own. */
async function openAlone({ cluster }: Config, options: StoreOptions, isLook: boolean): Promise<Store> {
  if (isLook) return lookIntoStore(options);
  if (cluster === undefined) return openStore(options);
  const message = 'this folder belongs to a bridge of a cluster: start it, or ask one that serves with --url';
  throw new ApiError('unavailable', { message });
}

/** What all bridges count together: whoever guesses at one of them has guessed at all. */
async function throttlesOf(
  { exchange }: Membership,
  { secrets, clock }: Pick<Core, 'secrets' | 'clock'>,
  closers: Closers,
): Promise<Throttles> {
  const { shareThrottles } = await import('../core/accounts/shared-throttles.ts');
  const shared = shareThrottles({ exchange, clock, mac: secrets.mac });
  closers.add('throttles', shared.close);
  return shared;
}

async function othersIn(membership: Membership, secrets: Secrets): Promise<Others> {
  const { othersOf } = await import('./cluster/others.ts');
  return othersOf(membership, secrets);
}

/** Where somebody looks, nothing is said of a camera before that. What NestMTX says of its cameras counts, whatever we think of them. */
function waysOf(config: Config, company: Joined | undefined): CameraWays {
  const { mode, follow, mediamtx, go2rtc } = config;
  if (mode === 'follow') return { firstSight: () => (follow ? 'feed' : null), isWatched: () => true };
  const firstSight: CameraWays['firstSight'] = (camera) => {
    if (isLookedAt(camera)) return 'look';
    if (camera.sourceType === 'go2rtc') return go2rtc ? 'feed' : null;
    return mediamtx && camera.mtxPath !== null ? 'feed' : null;
  };
  const isToldOf = (camera: CameraRecord) => firstSight(camera) !== null;
  const judges = (camera: CameraRecord) => company?.holdings.holds(sourceOf(config, camera)) !== false;
  return { firstSight, isWatched: isInUse, isToldOf, ...(company && { shared: { judges, epoch: company.epoch } }) };
}
