/** Owns an account that another program gets from us: a device whose generated password can be told again, as long as there is a store. */

import { BORROWED, USERS } from '../accounts/records.ts';
import { FACTS } from '../fact-records.ts';
import type { Clock, Secrets } from '../ports.ts';
import type { Store } from '../store.ts';
import { isoOffset } from '../wire-time.ts';
import { freeName } from './names.ts';

export interface LentAccount {
  readonly username: string;
  readonly password: string;
}

interface Ports {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

const PASSWORD_LENGTH = 32;
/** Whoever shares a broker with us does there what it likes, but for what the service and instances have for themselves. */
const TOPICS = ['#'];

/**
 * The account of a borrower, made where it is absent, and put right where somebody gave it another password: whoever
 * borrowed it knows only the one that was told.
 * @param borrower stable name; the user is called so unless that name is taken
 */
export async function lendAccount({ store, secrets, clock }: Ports, borrower: string): Promise<LentAccount> {
  const externalId = BORROWED + borrower;
  const sealed = store.collection(FACTS).get(externalId)?.value;
  const password = sealed === undefined ? secrets.newPassword(PASSWORD_LENGTH) : secrets.open(sealed, externalId);
  const user = store.collection(USERS).by('externalId', externalId);
  const isDevice = user?.canLogin && user.role === 'device' && user.topics?.join() === TOPICS.join();
  const isGood = isDevice && (await secrets.verifyPassword(user.passwordHash, password));
  if (isGood && sealed !== undefined) return { username: user.username, password };
  const passwordHash = await secrets.hashPassword(password);
  const username = await store.commit((tx) => {
    const rows = tx.collection(USERS);
    const known = rows.by('externalId', externalId);
    const record = known ?? {
      id: String(tx.nextId('users')),
      username: freeName(tx, borrower),
      ownerId: secrets.newHex(24),
      generation: 0,
      createdAt: isoOffset(clock.now()),
      externalId,
    };
    rows.put({
      ...record,
      passwordHash,
      canLogin: true,
      role: 'device',
      topics: TOPICS,
      generation: record.generation + 1,
    });
    tx.collection(FACTS).put({ id: externalId, value: secrets.seal(password, externalId) });
    return record.username;
  });
  return { username, password };
}
