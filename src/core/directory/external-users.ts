/** Owns users whom somebody else has identified: finds or makes ours, and signs them in. Judges no identity. */

import { type Role, USERS, type UserRecord } from '../accounts/records.ts';
import type { Sessions } from '../accounts/sessions.ts';
import type { Clock, Secrets } from '../ports.ts';
import type { Store } from '../store.ts';
import { createTurns } from '../timing/in-turn.ts';
import { isoOffset } from '../wire-time.ts';
import { freeName } from './names.ts';

export interface ExternalUser {
  /** Of whoever identified this user, and unique there; ours is found by it, whatever its name. */
  readonly externalId: string;
  /** Wished for; another one is taken where somebody has it. */
  readonly name: string;
  readonly role: Role;
}

export interface ExternalUsers {
  /**
   * A bearer token, the same one for as long as it is good. Undefined for a user who may not log in.
   * A new user has no password: nobody can log in with one until an administrator gives it one.
   */
  signIn(user: ExternalUser): Promise<string | undefined>;
}

interface Ports {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly sessions: Sessions;
  /** The role has changed: connections that no longer hold are to be closed. */
  readonly userChanged: (userId: number) => void;
}

/** What the token of somebody is called whom somebody else has signed in. */
const SIGNED_IN = 'sidebar';

export function createExternalUsers({ store, secrets, clock, sessions, userChanged }: Ports): ExternalUsers {
  const users = store.collection(USERS);
  const inTurn = createTurns();
  /** By our id. There are as many as people in the other system. */
  const tokens = new Map<string, string>();

  async function signIn({ externalId, name, role }: ExternalUser): Promise<string | undefined> {
    const known = users.by('externalId', externalId);
    const user = known?.role === role ? known : await admit(externalId, name, role);
    if (known && known !== user) userChanged(Number(user.id));
    if (!user.canLogin) return undefined;
    const held = tokens.get(user.id);
    if (held !== undefined && sessions.find(held)) return held;
    const { token } = await sessions.issue(user, { rememberMe: false, name: SIGNED_IN });
    tokens.set(user.id, token);
    return token;
  }

  /** Made, or with the role of today. */
  function admit(externalId: string, name: string, role: Role): Promise<UserRecord> {
    return store.commit((tx) => {
      const rows = tx.collection(USERS);
      const known = rows.by('externalId', externalId);
      const record: UserRecord = known
        ? { ...known, role }
        : {
            id: String(tx.nextId('users')),
            username: freeName(tx, name),
            passwordHash: '',
            canLogin: true,
            role,
            ownerId: secrets.newHex(24),
            generation: 1,
            createdAt: isoOffset(clock.now()),
            externalId,
          };
      rows.put(record);
      return record;
    });
  }

  // In turn, so that two first requests of a page make one user and one token.
  return { signIn: (user) => inTurn(user.externalId, () => signIn(user)) };
}
