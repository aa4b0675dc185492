/** Owns instances on a mosquitto with dynamic security: one account and one role each; touches nothing without our mark. */

import type {
  Capabilities,
  Count,
  Drift,
  InstanceSpec,
  Provisioner,
  Receipt,
} from '../../core/instances/provisioner.ts';
import type { Clock, Log, Secrets } from '../../core/ports.ts';
import { createTurns } from '../../core/timing/in-turn.ts';
import type { BrokerAddress } from '../link/address.ts';
import { accountsOf, purgerOf, roleOf, toForget } from './accounts.ts';
import { accountIn, type BrokerAccount, type BrokerRole, type Command, roleIn } from './commands.ts';
import { openControl } from './control.ts';
import { purgeRetained } from './purge.ts';
import { unavailable } from './queue.ts';
import { compare, takeInventory } from './reconcile.ts';

export interface MosquittoSetup {
  /** With an account that may use the control topic; it is never touched. */
  readonly address: BrokerAddress;
  /** Of this installation: part of the mark that our accounts carry. */
  readonly installation: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly secrets: Pick<Secrets, 'newPassword'>;
  readonly random?: () => number;
  readonly timeoutMs?: number;
  /** At each (re)connection: the time to reconcile. */
  readonly onUp?: () => void;
}

/** Of Debian's 2.0: what it cannot do is told, not imitated. */
const CAPABILITIES: Capabilities = {
  mqtt5: true,
  sharedSubscriptions: false,
  kick: 'immediate',
  retainedPurge: 'complete',
  clientIdIsolation: false,
  passwordOverlap: false,
};

/** How many connections were closed: 2.0 does not tell. */
const UNTOLD = 'unknown';

const TIMEOUT_MS = 5000;

/** No user name. */
const RECONCILING = '';

/** Answers to the removal of what is not there. */
const ALREADY_GONE: readonly (string | undefined)[] = ['Client not found', 'Role not found'];

/** Returns at once; the broker may come later. */
export function createMosquittoProvisioner({ address, clock, log, secrets, ...setup }: MosquittoSetup): Provisioner {
  const { installation, random = Math.random, timeoutMs = TIMEOUT_MS, onUp = () => undefined } = setup;
  const accounts = accountsOf(installation);
  const inTurn = createTurns();
  /** Of each comparison that is asked for: the users that were changed since. */
  const changedSince = new Set<Set<string>>();
  const control = openControl({ address, clientId: newClientId(), clock, log, random, timeoutMs, onUp });

  /** What is there under an instance's names. @throws ApiError `unavailable` when it is not ours */
  async function find(user: string): Promise<{ account: BrokerAccount | undefined; role: BrokerRole | undefined }> {
    const [client, role] = await control.ask([
      { command: 'getClient', username: user },
      { command: 'getRole', rolename: roleOf(user) },
    ]);
    const found = { account: client && accountIn(client), role: role && roleIn(role) };
    for (const each of [found.account, found.role]) {
      if (each && !accounts.isOurs(each)) throw unavailable(`the name ${user} belongs to an account of someone else`);
    }
    return found;
  }

  async function provision(spec: InstanceSpec): Promise<void> {
    const { account, role } = await find(spec.user);
    await carryOut(accounts.toProvision(spec, account, role));
  }

  async function deprovision(user: string): Promise<Receipt> {
    const { role } = await find(user);
    const password = secrets.newPassword(32);
    await carryOut(accounts.toReplaceByPurger(user, role, password), ALREADY_GONE);
    const retainedPurged = await purge(user, password);
    await carryOut(toForget(user), ALREADY_GONE);
    return { kicked: UNTOLD, offlineDropped: 'unknown', retainedPurged };
  }

  async function purge(user: string, password: string): Promise<number> {
    const filters = [`${user}/#`, `/${user}/#`];
    const purger = { ...address, username: purgerOf(user), password };
    const fence = `${user}/${secrets.newPassword(32)}`;
    try {
      return await purgeRetained({ address: purger, clientId: newClientId(), filters, fence, clock, timeoutMs });
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  async function carryOut(
    commands: readonly Command[],
    tolerated: readonly (string | undefined)[] = [],
  ): Promise<void> {
    if (commands.length === 0) return;
    const answers = await control.ask(commands);
    const failed = answers.find(({ error }) => error !== undefined && !tolerated.includes(error));
    if (failed) throw unavailable(`${failed.command}: ${failed.error}`);
  }

  function newClientId(): string {
    return `nestmtx-bridge-${secrets.newPassword(16)}`;
  }

  /** A client that is changed is disconnected, also when nothing about it is different. */
  async function disconnect(user: string): Promise<Count> {
    const { account } = await find(user);
    if (account !== undefined) await carryOut([{ command: 'modifyClient', username: user }], ALREADY_GONE);
    return UNTOLD;
  }

  /** What is asked for from now on is newer than what is desired here, and stays as it is. */
  async function reconcile(desired: readonly InstanceSpec[]): Promise<Drift> {
    const changed = new Set<string>();
    changedSince.add(changed);
    try {
      return await inTurn(RECONCILING, () => repairAll(desired, changed));
    } finally {
      changedSince.delete(changed);
    }
  }

  /** One repair after the other, so that what users ask for meanwhile need not wait for all of them. */
  async function repairAll(desired: readonly InstanceSpec[], changed: ReadonlySet<string>): Promise<Drift> {
    const { toAdd, toChange, toRemove } = compare(desired, await takeInventory(control.ask, accounts), accounts);
    const [added, removed, repaired]: [string[], string[], string[]] = [[], [], []];
    const repair = (user: string, work: () => Promise<unknown>, done: string[]) =>
      inTurn(user, async () => {
        if (changed.has(user)) return;
        await work();
        done.push(user);
      });
    for (const user of toRemove) await repair(user, () => deprovision(user), removed);
    for (const spec of toAdd) await repair(spec.user, () => provision(spec), added);
    for (const spec of toChange) await repair(spec.user, () => provision(spec), repaired);
    if (repaired.length > 0) log.warn({ repaired }, 'the MQTT broker had other accounts than recorded, changed them');
    return { added, removed };
  }

  function change<Result>(user: string, work: () => Promise<Result>): Promise<Result> {
    for (const changed of changedSince) changed.add(user);
    return inTurn(user, work);
  }

  return {
    kind: 'mosquitto',
    capabilities: CAPABILITIES,
    provision: (spec) => change(spec.user, () => provision(spec)),
    deprovision: (user) => change(user, () => deprovision(user)),
    disconnect: (user) => inTurn(user, () => disconnect(user)),
    sessions: async () => [],
    reconcile,
    close: () => control.close(),
  };
}
