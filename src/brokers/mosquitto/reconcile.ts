/** Owns the comparison of what mosquitto has of ours with what it should have; tells what to do and does nothing itself. */

import type { InstanceSpec } from '../../core/instances/provisioner.ts';
import { type Accounts, isPurger, userOfPurger, userOfRole } from './accounts.ts';
import {
  type Answer,
  accountsIn,
  type BrokerAccount,
  type BrokerRole,
  type Command,
  rolesIn,
  totalIn,
} from './commands.ts';

/** What is ours on the broker. */
export interface Inventory {
  readonly accounts: ReadonlyMap<string, BrokerAccount>;
  /** By the user that each was made for. */
  readonly roles: ReadonlyMap<string, BrokerRole>;
  /** Users whose removal was broken off while their retained messages were being removed. */
  readonly purged: readonly string[];
}

export interface Repairs {
  /** Have no account. */
  readonly toAdd: readonly InstanceSpec[];
  /** Have one that differs. */
  readonly toChange: readonly InstanceSpec[];
  /** Users that have something on the broker and should have nothing. */
  readonly toRemove: readonly string[];
}

type Ask = (commands: readonly Command[]) => Promise<Answer[]>;

/** The broker does nothing else while it writes a list. */
const PER_PAGE = 500;

export async function takeInventory(ask: Ask, ours: Accounts): Promise<Inventory> {
  const accounts = (await listAll(ask, 'listClients', accountsIn)).filter(ours.isOurs);
  const roles = (await listAll(ask, 'listRoles', rolesIn)).filter(ours.isOurs);
  return {
    accounts: new Map(accounts.filter((one) => !isPurger(one)).map((one) => [one.username, one])),
    roles: new Map(roles.map((role) => [userOfRole(role.name), role])),
    purged: accounts.filter(isPurger).map(({ username }) => userOfPurger(username)),
  };
}

export function compare(desired: readonly InstanceSpec[], found: Inventory, ours: Accounts): Repairs {
  const wanted = new Set(desired.map(({ user }) => user));
  const present = new Set([...found.accounts.keys(), ...found.roles.keys(), ...found.purged]);
  const differs = (spec: InstanceSpec) =>
    ours.toProvision(spec, found.accounts.get(spec.user), found.roles.get(spec.user)).length > 0;
  return {
    toAdd: desired.filter(({ user }) => !found.accounts.has(user)),
    toChange: desired.filter((spec) => found.accounts.has(spec.user) && differs(spec)),
    toRemove: [...present].filter((user) => !wanted.has(user)),
  };
}

async function listAll<Entry>(ask: Ask, command: string, read: (answer: Answer) => Entry[]): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let offset = 0; ; offset += PER_PAGE) {
    const [answer] = await ask([{ command, verbose: true, count: PER_PAGE, offset }]);
    if (answer === undefined) return entries;
    entries.push(...read(answer));
    if (offset + PER_PAGE >= totalIn(answer)) return entries;
  }
}
