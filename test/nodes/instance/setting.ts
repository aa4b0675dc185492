/** Owns the setting of suites about the instance node: a service that rents, a Node-RED that asks it, and flows between the two. */

import { manualClock } from '../../support/manual-clock.ts';
import { node } from '../../support/node-red/flows.ts';
import { type FlowNode, startNodeRed } from '../../support/node-red/node-red.ts';
import { PATIENCE_MS } from '../../support/patience.ts';
import { ADMIN, startService } from '../../support/service.ts';

type Properties = Readonly<Record<string, unknown>>;

export interface Rented {
  readonly _id: string;
  readonly user: string;
  readonly password: string;
  readonly port: string;
}

/** What a flow gets from an instance node. */
interface Told {
  readonly payload: Rented;
  readonly broker: Properties;
  readonly action: string;
  readonly etag: string;
}

export const RENTER = { username: 'renter', password: 'letme1n-then' };

export type InstanceSetting = Awaited<ReturnType<typeof startSetting>>;

export async function startSetting() {
  /** The service's; that of Node-RED goes on by itself. */
  const clock = manualClock();
  const [service, red] = await Promise.all([
    startService({ clock, env: { INSTANCE_SERVER: '127.0.0.1', INSTANCE_LIMIT: '130' } }),
    startNodeRed({ env: { WHICH: 'usage' } }),
  ]);
  let token = '';

  /** Beside Node-RED, with what `fetch` has. */
  async function call(method: string, path: string, body?: object, as = token) {
    const headers = { authorization: `Bearer ${as}`, 'content-type': 'application/json' };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const text = await (await fetch(service.httpUrl + path, init)).text();
    return text === '' ? undefined : JSON.parse(text);
  }

  async function logIn({ username, password }: typeof ADMIN): Promise<string> {
    return (await call('POST', '/v1/auth/login', { username, password })).token;
  }

  async function ask(path: string, body: object | undefined, status: number): Promise<unknown> {
    const answer = await red.post(path, body);
    if (answer.status !== status) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  await call('POST', '/api/users', { ...RENTER, can_login: true }, await logIn(ADMIN));
  return {
    service,
    red,
    clock,
    call,
    logIn,
    /** Of the renter. */
    token: () => token,
    /** The renter has no instances, and no logins count against them. */
    async reset(): Promise<void> {
      clock.advance(60_000);
      token = await logIn(RENTER);
      const { mqtts }: { mqtts: readonly Rented[] } = await call('GET', '/v1/mqtt?limit=-1');
      await Promise.all(mqtts.map(({ _id }) => call('DELETE', `/v1/mqtt/${_id}`)));
    },
    rent(): Promise<Rented> {
      // Lists are in the order of creation.
      clock.advance(1);
      return call('POST', '/v1/mqtt');
    },
    account(properties: Properties = {}): FlowNode {
      const fixed = { id: 'account', type: 'mqtt-instance-account', name: '', version: 1, url: service.httpUrl };
      return { ...fixed, login: 'password', brokerTls: 'auto', credentials: RENTER, ...properties };
    },
    /** What flows get. */
    done: async (path: string, body?: object) => (await ask(path, body, 200)) as Told,
    /** What a Catch node sees. */
    refused: (path: string, body?: object) => ask(path, body, 500),
    async stop(): Promise<void> {
      await red.stop();
      await service.stop();
    },
  };
}

/** `POST /<path>` goes through an instance node, whole messages come back; what fails comes back as 500 with `msg.error`. */
export function acting(path: string, properties: Properties): FlowNode[] {
  const tell =
    'const { payload, broker, action, etag } = msg; msg.payload = { payload, broker, action, etag }; return msg;';
  const fail =
    'const { error, statusCode, idempotencyKey } = msg; msg.payload = { error, statusCode, idempotencyKey }; msg.statusCode = 500; return msg;';
  const what = { account: 'account', action: 'list', actionType: 'verb', entity: 'payload.id', entityType: 'msg' };
  const list = { search: '', searchType: 'str', order: 'asc', offset: '', offsetType: 'num', limit: '' };
  const rest = {
    limitType: 'num',
    paging: 'page',
    overlap: '',
    overlapType: 'num',
    timeout: String(PATIENCE_MS / 1000),
    timeoutType: 'num',
  };
  const update = { label: '', labelType: 'none', enabled: '', enabledType: 'none', expires: '', expiresType: 'none' };
  const check = { right: 'publish', rightType: 'verb', topic: 'payload.topic', topicType: 'msg' };
  const more = { bundle: 'all', bundleType: 'verb', ifMatch: '', ifMatchType: 'none', idempotencyKeyType: 'auto' };
  return [
    node(`in-${path}`, 'http in', [`do-${path}`], { url: `/${path}`, method: 'post' }),
    node(`do-${path}`, 'mqtt-instance', [`tell-${path}`], {
      ...what,
      ...list,
      ...rest,
      ...update,
      ...check,
      ...more,
      confirmed: false,
      ...properties,
    }),
    node(`tell-${path}`, 'function', [`out-${path}`], { outputs: 1, func: tell }),
    node(`out-${path}`, 'http response', []),
    node(`catch-${path}`, 'catch', [`fail-${path}`], { scope: [`do-${path}`] }),
    node(`fail-${path}`, 'function', [`out-${path}`], { outputs: 1, func: fail }),
  ];
}

/** Those that need nothing but an instance. */
const ACTIONS = ['list', 'create', 'read', 'delete', 'rotate', 'disconnect', 'sessions', 'usage', 'connection'];

/** Each under its own name. */
export const ALL_ACTIONS = ACTIONS.flatMap((action) => acting(action, { action }));
