/**
 * Owns whether a key is the one of a store: by a digest that the store carries, and in an old store that carries none by what is
 * sealed in it. Changes nothing but that digest.
 */

import { BORROWED } from '../core/accounts/records.ts';
import { CAMERAS } from '../core/cameras/records.ts';
import { WRITTEN_PATHS } from '../core/cameras/written-paths.ts';
import { FACTS } from '../core/fact-records.ts';
import { CREDENTIALS, openPart } from '../core/google/credentials.ts';
import { openPassword } from '../core/instances/credentials.ts';
import { INSTANCES } from '../core/instances/records.ts';
import type { Secrets } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { ApiError } from '../protocol/api-error.ts';
import { macWith } from './mac.ts';
import { isSealed, sealWith } from './seal.ts';

export interface FoundKey {
  /** Undefined where there is none yet. */
  readonly key: string | undefined;
  /** `APP_KEY`, or the path of the file. */
  readonly source: string;
}

type Records = Pick<Store, 'collection'>;

const KEY_CHECK = 'key-check';
const CHECKED = 'this is the key of this store';

/**
 * To be asked before anything is written.
 * @throws ApiError `unavailable` for a key that does not fit, and where none is there but something is sealed
 */
export function assertKeyFits(records: Records, { key, source }: FoundKey): void {
  if (key === undefined) {
    if (holdsSecrets(records)) throw refusal(`${source} is missing, but the store beside it holds secrets`);
    return;
  }
  const kept = records.collection(FACTS).get(KEY_CHECK);
  if (!(kept ? macWith(key).isMac(kept.value, CHECKED) : opensAny(records, key)))
    throw refusal(`${source} is not the key of the store beside it`);
}

/** From here on the store knows its key. */
export async function rememberKey(store: Store, secrets: Pick<Secrets, 'mac' | 'isMac'>): Promise<void> {
  const kept = store.collection(FACTS).get(KEY_CHECK);
  if (kept && secrets.isMac(kept.value, CHECKED)) return;
  await store.commit((tx) => tx.collection(FACTS).put({ id: KEY_CHECK, value: secrets.mac(CHECKED) }));
}

function refusal(fault: string): ApiError {
  const message = `${fault}: put back the key that was saved together with it, or APP_KEY as it was; nothing was changed`;
  return new ApiError('unavailable', { message });
}

function holdsSecrets(records: Records): boolean {
  const rows = [
    ...records.collection(FACTS).values(),
    ...records.collection(INSTANCES).values(),
    ...records.collection(CREDENTIALS).values(),
    ...records.collection(CAMERAS).values(),
    ...records.collection(WRITTEN_PATHS).values(),
  ];
  return rows.some((row) => Object.values(row).some(isSealed));
}

/** Or there is nothing to open. One is enough: an earlier version took any key, and sealed later secrets under it. */
function opensAny(records: Records, key: string): boolean {
  const secrets = sealWith(key);
  const attempts = [
    ...[...records.collection(INSTANCES).values()].map((record) => () => openPassword(secrets, record)),
    ...[...records.collection(CREDENTIALS).values()].map(
      ({ id, sealedClient }) =>
        () =>
          openPart(secrets, id, 'client', sealedClient),
    ),
    ...[...records.collection(CAMERAS).values()].flatMap(({ uid, sealedSourceUrl: sealed }) =>
      sealed === null ? [] : [() => secrets.open(sealed, uid)],
    ),
    ...[...records.collection(FACTS).values()].flatMap(({ id, value }) =>
      id.startsWith(BORROWED) ? [() => secrets.open(value, id)] : [],
    ),
  ];
  return attempts.length === 0 || attempts.some(succeeds);
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
