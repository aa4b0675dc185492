/** Owns a stand-in for Home Assistant's Supervisor: the calls that an app makes, answered as Supervisor does, and who made them. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { portOf } from '../free-port.ts';
import { type FakeCore, openFakeCore } from './fake-core.ts';

interface MqttOffer {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly ssl?: boolean;
}

interface SupervisorRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export interface FakeSupervisor {
  readonly url: string;
  /** Those with the right token. */
  readonly requests: readonly SupervisorRequest[];
  /** Those without it. */
  readonly strangers: number;
  /** The broker that some app provides; undefined while none does. */
  offer(broker: MqttOffer | undefined): void;
  readonly offered: MqttOffer | undefined;
  /** Every call fails with this status until told `undefined`. */
  failWith(status: number | undefined): void;
  /** Every call is answered with this until told `undefined`: text goes out as it is. */
  misbehave(how: Misbehaviour | undefined): void;
  /** Behind it. */
  readonly core: FakeCore;
  close(): Promise<void>;
}

type Misbehaviour = { readonly status: number; readonly body: unknown } | 'hangs up' | 'never answers';

export interface SupervisorPlace {
  readonly host?: string;
  readonly port?: number;
}

export const SUPERVISOR_TOKEN = 'only-supervisor-and-its-app-know-this';

/** Resolves when it listens, on a free port of the loopback interface unless told otherwise. */
export async function startFakeSupervisor({
  host = '127.0.0.1',
  port = 0,
}: SupervisorPlace = {}): Promise<FakeSupervisor> {
  const requests: SupervisorRequest[] = [];
  let strangers = 0;
  let offered: MqttOffer | undefined;
  let failure: number | undefined;
  let misbehaviour: Misbehaviour | undefined;

  /** Status and message of a refusal, or the data of an answer. */
  function answer({ method, path, body }: SupervisorRequest): { status: number; message?: string; data?: unknown } {
    if (failure !== undefined) return { status: failure, message: 'told to fail' };
    switch (`${method} ${path}`) {
      case 'GET /services/mqtt':
        if (!offered) return { status: 400, message: 'Service not enabled' };
        return { status: 200, data: { ssl: false, protocol: '3.1.1', addon: 'core_mosquitto', ...offered } };
      case 'POST /services/mqtt':
        if (offered) return { status: 409, message: 'Other addon provides the service' };
        if (!isOffer(body)) return { status: 400, message: 'not as the schema of the service wants it' };
        offered = body;
        return { status: 200, data: {} };
      case 'POST /addons/self/restart':
        return { status: 200, data: {} };
      case 'POST /discovery':
        return { status: 200, data: { uuid: '0d0c2b3a' } };
      default:
        return { status: 404, message: `${method} ${path} is no call of ours` };
    }
  }

  const server = createServer(async (incoming, response) => {
    const { method = '', url: path = '', headers } = incoming;
    const sent = await text(incoming);
    const isKnown = headers.authorization === `Bearer ${SUPERVISOR_TOKEN}`;
    if (!isKnown) strangers += 1;
    const request = { method, path, body: sent === '' ? undefined : JSON.parse(sent) };
    if (isKnown) requests.push(request);
    if (misbehaviour === 'never answers') return;
    if (misbehaviour === 'hangs up') return void incoming.socket.destroy();
    if (misbehaviour) {
      const { body } = misbehaviour;
      return void response.writeHead(misbehaviour.status).end(typeof body === 'string' ? body : JSON.stringify(body));
    }
    const { status, message, data } = isKnown ? answer(request) : { status: 403, message: 'Forbidden' };
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(status === 200 ? { result: 'ok', data } : { result: 'error', message }));
  }).listen(port, host);
  const core = openFakeCore(server, SUPERVISOR_TOKEN);
  await once(server, 'listening');

  return {
    core,
    url: `http://${host}:${portOf(server)}`,
    requests,
    get strangers() {
      return strangers;
    },
    offer: (broker) => {
      offered = broker;
    },
    get offered() {
      return offered;
    },
    failWith: (status) => {
      failure = status;
    },
    misbehave: (how) => {
      misbehaviour = how;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Supervisor's schema, which refuses keys that it does not know. */
function isOffer(body: unknown): body is MqttOffer {
  if (typeof body !== 'object' || body === null) return false;
  const { host, port, ssl, protocol, username, password, ...rest }: Record<string, unknown> = { ...body };
  const isText = [host, username, password].every((value) => typeof value === 'string');
  const isKnown = typeof port === 'number' && typeof ssl === 'boolean' && ['3.1', '3.1.1'].includes(String(protocol));
  return isText && isKnown && Object.keys(rest).length === 0;
}
