/** Owns the words of mosquitto's dynamic security plugin: the commands we send and what we read in its answers; opens nothing. */

export const CONTROL_TOPIC = '$CONTROL/dynamic-security/v1';
export const RESPONSE_TOPIC = `${CONTROL_TOPIC}/response`;

/** One command; `correlationData` is added when it is sent. */
export interface Command {
  readonly command: string;
  readonly [parameter: string]: unknown;
}

export interface Answer {
  readonly command: string;
  readonly correlationData: string | undefined;
  /** In the plugin's own words, e.g. `Client not found`. */
  readonly error: string | undefined;
  readonly data: unknown;
}

/** A rule of a role; the lists of two roles are equal when their texts are. */
interface RoleAcl {
  readonly acltype: string;
  readonly topic: string;
  readonly allow: boolean;
}

/** An account of the broker as `getClient` and `listClients` show it. */
export interface BrokerAccount {
  readonly username: string;
  readonly description: string;
  readonly disabled: boolean;
  readonly roles: readonly string[];
}

export interface BrokerRole {
  readonly name: string;
  readonly description: string;
  readonly acls: readonly RoleAcl[];
}

const DEFAULTS = ['publishClientSend', 'publishClientReceive', 'subscribe', 'unsubscribe'] as const;

export const GET_DEFAULTS: Command = { command: 'getDefaultACLAccess' };

/** A client without a rule may do nothing, not even receive: else it could read the queue of a session that it takes over. */
export const DENY_DEFAULTS: Command = {
  command: 'setDefaultACLAccess',
  acls: DEFAULTS.map((acltype) => ({ acltype, allow: false })),
};

/** What an instance may do: everything under its two roots (I-30). A pattern is judged by subset, a shared one fits none. */
export function instanceAcls(user: string): RoleAcl[] {
  const kinds = ['publishClientSend', 'publishClientReceive', 'subscribePattern', 'unsubscribePattern'];
  return kinds.flatMap((acltype) => [`${user}/#`, `/${user}/#`].map((topic) => ({ acltype, topic, allow: true })));
}

/** The answers in a message of the response topic; none in one that is no such message. */
export function readAnswers(payload: Uint8Array): Answer[] {
  return list(field(parsed(payload), 'responses')).map((response) => ({
    command: text(field(response, 'command')),
    correlationData: text(field(response, 'correlationData')) || undefined,
    error: text(field(response, 'error')) || undefined,
    data: field(response, 'data'),
  }));
}

/** Whether the answer to `GET_DEFAULTS` names all four defaults as denied. */
export function deniesAll({ data }: Answer): boolean {
  const acls = list(field(data, 'acls'));
  return DEFAULTS.every((name) => acls.some((acl) => field(acl, 'acltype') === name && field(acl, 'allow') === false));
}

/** The account in an answer to `getClient`. */
export function accountIn({ data }: Answer): BrokerAccount | undefined {
  const client = field(data, 'client');
  return client === undefined ? undefined : account(client);
}

export function accountsIn({ data }: Answer): BrokerAccount[] {
  return list(field(data, 'clients')).map(account);
}

/** The role in an answer to `getRole`. */
export function roleIn({ data }: Answer): BrokerRole | undefined {
  const found = field(data, 'role');
  return found === undefined ? undefined : role(found);
}

export function rolesIn({ data }: Answer): BrokerRole[] {
  return list(field(data, 'roles')).map(role);
}

/** How many there are in all, where a list was asked for in parts. */
export function totalIn({ data }: Answer): number {
  const total = field(data, 'totalCount');
  return typeof total === 'number' ? total : 0;
}

/** Whether a role grants just this, in whatever order. */
export function hasAcls({ acls }: BrokerRole, wanted: readonly RoleAcl[]): boolean {
  const told = (some: readonly RoleAcl[]) =>
    some
      .map(({ acltype, topic, allow }) => `${acltype} ${allow} ${topic}`)
      .sort()
      .join('\n');
  return told(acls) === told(wanted);
}

function account(client: unknown): BrokerAccount {
  return {
    username: text(field(client, 'username')),
    description: text(field(client, 'textdescription')),
    disabled: field(client, 'disabled') === true,
    roles: list(field(client, 'roles')).map((entry) => text(field(entry, 'rolename'))),
  };
}

function role(found: unknown): BrokerRole {
  return {
    name: text(field(found, 'rolename')),
    description: text(field(found, 'textdescription')),
    acls: list(field(found, 'acls')).map((acl) => ({
      acltype: text(field(acl, 'acltype')),
      topic: text(field(acl, 'topic')),
      allow: field(acl, 'allow') === true,
    })),
  };
}

function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString());
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
