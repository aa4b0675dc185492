/** Owns what we ask of Home Assistant's Supervisor: one call each, with a time limit, and its answers read strictly. Repeats nothing. */

import { Ajv } from 'ajv';
import type { FromSchema } from 'json-schema-to-ts';
import type { Clock } from '../src/core/ports.ts';
import { ApiError } from '../src/protocol/api-error.ts';
import { isObject } from '../src/protocol/envelope.ts';

/** A broker as Supervisor tells it to apps. Its `protocol` says nothing: it knows no MQTT 5. */
const MQTT_SERVICE = {
  type: 'object',
  properties: {
    host: { type: 'string', minLength: 1 },
    port: { type: 'integer', minimum: 1, maximum: 65_535 },
    ssl: { type: 'boolean' },
    username: { type: 'string' },
    password: { type: 'string' },
    /** Slug of the app that provides it. */
    addon: { type: 'string' },
  },
  required: ['host', 'port'],
} as const;

export type MqttService = FromSchema<typeof MQTT_SERVICE>;

export interface OfferedBroker {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** Every call rejects with ApiError: `forbidden` when the manifest gives no right to it, else `upstream_failed`. No message holds a secret. */
export interface Supervisor {
  /** Undefined while no app provides one: not installed, stopped, or restarting. */
  mqttService(): Promise<MqttService | undefined>;
  /** @returns false when an app provides one already */
  provideMqtt(broker: OfferedBroker): Promise<boolean>;
  /** Lets Home Assistant offer its user the MQTT integration with this broker; once is enough, more does no harm. */
  announceMqtt(broker: OfferedBroker): Promise<void>;
  /** Stops us and starts us again: hardly ever resolves. */
  restart(): Promise<void>;
}

export interface SupervisorAddress {
  /** `http://supervisor` */
  readonly url: string;
  readonly token: string;
}

const TIMEOUT_MS = 10_000;
const NOT_ENABLED = 400;
const CONFLICT = 409;

export function connectSupervisor({ url, token }: SupervisorAddress, clock: Clock): Supervisor {
  const isService = new Ajv().compile<MqttService>(MQTT_SERVICE);

  /** Resolves with the status and what the answer holds. */
  async function call(method: string, path: string, body?: object): Promise<{ status: number; data: unknown }> {
    const timeout = new AbortController();
    const cancel = clock.after(TIMEOUT_MS, () => timeout.abort());
    try {
      const response = await fetch(url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
        // It would take the token to somebody else.
        redirect: 'error',
        signal: timeout.signal,
      });
      return { status: response.status, data: dataOf(response.status, await response.text()) };
    } catch (cause) {
      if (cause instanceof ApiError) throw cause;
      throw failed(timeout.signal.aborted ? 'does not answer in time' : 'cannot be reached', cause);
    } finally {
      cancel();
    }
  }

  return {
    async mqttService() {
      const { status, data } = await call('GET', '/services/mqtt');
      if (status === NOT_ENABLED) return undefined;
      if (status !== 200 || !isService(data)) throw failed(`says nothing sensible about MQTT (HTTP ${status})`);
      return data;
    },
    async provideMqtt(broker) {
      const { status } = await call('POST', '/services/mqtt', { ...broker, ssl: false, protocol: '3.1.1' });
      if (status !== 200 && status !== CONFLICT) throw failed(`does not take our broker (HTTP ${status})`);
      return status === 200;
    },
    async announceMqtt(broker) {
      const config = { ...broker, ssl: false, protocol: '3.1.1' };
      const { status } = await call('POST', '/discovery', { service: 'mqtt', config });
      if (status !== 200) throw failed(`does not announce our broker (HTTP ${status})`);
    },
    async restart() {
      const { status } = await call('POST', '/addons/self/restart');
      if (status !== 200) throw failed(`does not restart the app (HTTP ${status})`);
    },
  };
}

/** Success is `{"result": "ok", "data": …}`. */
function dataOf(status: number, text: string): unknown {
  if (status === 401 || status === 403) {
    throw new ApiError('forbidden', { message: `Supervisor refuses us (HTTP ${status})` });
  }
  try {
    const answer: unknown = JSON.parse(text);
    return isObject(answer) && answer['result'] === 'ok' ? answer['data'] : undefined;
  } catch {
    return undefined;
  }
}

function failed(what: string, cause?: unknown): ApiError {
  return new ApiError('upstream_failed', { message: `Supervisor ${what}`, cause });
}
