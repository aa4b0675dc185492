/** Owns what an instance looks like among mosquitto's accounts: names, our mark, and the commands that lead there from what is. */

import type { InstanceSpec } from '../../core/instances/provisioner.ts';
import { type BrokerAccount, type BrokerRole, type Command, hasAcls, instanceAcls } from './commands.ts';

/** Neither prefix can begin a user name: those are letters and digits. */
const ROLE_PREFIX = 'nb_';
const PURGER_PREFIX = 'nb_purge_';

export interface Accounts {
  /** Whether an account or role was made by this installation. */
  isOurs(found: { readonly description: string }): boolean;
  /** The commands that make an account and its role as wanted; none when they are. The account appears with all its rights. */
  toProvision(spec: InstanceSpec, account: BrokerAccount | undefined, role: BrokerRole | undefined): Command[];
  /**
   * Takes the account away, which ends its connections and silences their wills, and makes one with the same role: it may do in
   * the instance's two roots what the instance might, and nothing else.
   */
  toReplaceByPurger(user: string, role: BrokerRole | undefined, password: string): Command[];
}

export function roleOf(user: string): string {
  return ROLE_PREFIX + user;
}

export function purgerOf(user: string): string {
  return PURGER_PREFIX + user;
}

/** The user that a role was made for. */
export function userOfRole(name: string): string {
  return name.slice(ROLE_PREFIX.length);
}

export function userOfPurger(username: string): string {
  return username.slice(PURGER_PREFIX.length);
}

export function isPurger({ username }: BrokerAccount): boolean {
  return username.startsWith(PURGER_PREFIX);
}

/** @param installation keeps services apart that share a broker */
export function accountsOf(installation: string): Accounts {
  const mark = `nestmtx-bridge ${installation}`;
  /** An account is made again when its credential counts anew: the broker never shows a password to compare. */
  const describe = ({ generation }: InstanceSpec) => `${mark} generation ${generation}`;

  return {
    isOurs: ({ description }) => description === mark || description.startsWith(`${mark} `),

    toProvision(spec, account, role) {
      const { user, enabled } = spec;
      const commands = toRole(user, role);
      const isSame = account?.description === describe(spec) && account.roles.join() === roleOf(user);
      if (!isSame) {
        const command = account === undefined ? 'createClient' : 'modifyClient';
        // The broker knows one password: the current one, which is the first.
        const [password] = spec.passwords;
        commands.push({ command, username: user, password, textdescription: describe(spec), roles: roles(user) });
      }
      if (enabled === (account?.disabled ?? false)) {
        commands.push({ command: enabled ? 'enableClient' : 'disableClient', username: user });
      }
      return commands;
    },

    toReplaceByPurger: (user, role, password) => [
      { command: 'deleteClient', username: user },
      ...toRole(user, role),
      { command: 'deleteClient', username: purgerOf(user) },
      { command: 'createClient', username: purgerOf(user), password, textdescription: mark, roles: roles(user) },
    ],
  };

  function toRole(user: string, role: BrokerRole | undefined): Command[] {
    const acls = instanceAcls(user);
    if (role !== undefined && hasAcls(role, acls)) return [];
    const command = role === undefined ? 'createRole' : 'modifyRole';
    return [{ command, rolename: roleOf(user), textdescription: mark, acls }];
  }
}

function roles(user: string): { rolename: string; priority: number }[] {
  return [{ rolename: roleOf(user), priority: 0 }];
}

/** Takes away what was left for the purger. */
export function toForget(user: string): Command[] {
  return [
    { command: 'deleteClient', username: purgerOf(user) },
    { command: 'deleteRole', rolename: roleOf(user) },
  ];
}
