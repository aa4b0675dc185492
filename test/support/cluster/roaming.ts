/** Owns an MQTT client that comes back to any bridge that lets it in, for as long as it takes: what it publishes is tried until it is acknowledged. */

import { setTimeout as pause } from 'node:timers/promises';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';

export interface Roaming {
  /** Resolves when it is acknowledged, or the client has ended. @param qos 1 unless told otherwise */
  publish(topic: string, text: string, qos?: 1 | 2): Promise<void>;
  /** What was published more than once, since the first acknowledgement may have been lost. */
  readonly repeated: ReadonlySet<string>;
  /** Everything that came, in order. */
  readonly received: readonly Received[];
  /** How often it had to connect. */
  readonly connections: number;
  /** Why it was refused, or sent away, each time. */
  readonly refusals: readonly string[];
  end(): Promise<void>;
}

interface Received {
  readonly topic: string;
  readonly text: string;
  readonly isDuplicate: boolean;
  /** Of how many connections it was. */
  readonly connection: number;
  /** By `performance.now()`. */
  readonly atMs: number;
}

type Options = Pick<IClientOptions, 'username' | 'password' | 'clientId' | 'clean' | 'properties'>;

const KEEPALIVE_SECONDS = 2;
const CONNECT_MS = 4000;
const PAUSE_MS = 50;

/**
 * @param url of a bridge to try next
 * @param filters what it subscribes to, each time
 * @param heard called with the topic of each message
 */
export async function roam(
  url: () => string,
  options: Options,
  filters: readonly string[] = [],
  heard: (topic: string) => void = () => undefined,
): Promise<Roaming> {
  const received: Received[] = [];
  const repeated = new Set<string>();
  const refusals: string[] = [];
  let connections = 0;
  let isOver = false;
  let current = come();

  async function come(): Promise<MqttClient> {
    for (;;) {
      const client = connect(url(), {
        ...options,
        protocolVersion: 5,
        reconnectPeriod: 0,
        keepalive: KEEPALIVE_SECONDS,
        connectTimeout: CONNECT_MS,
      });
      // As many as there are messages on their way.
      client.setMaxListeners(0);
      client.on('error', (error) => refusals.push(error.message));
      client.on('message', (topic, payload, { dup }) => {
        const [atMs, connection] = [performance.now(), connections];
        received.push({ topic, text: payload.toString(), isDuplicate: dup, connection, atMs });
        heard(topic);
      });
      const isIn = await new Promise<boolean>((resolve) => {
        client.once('connect', () => resolve(true));
        client.once('close', () => resolve(false));
      });
      try {
        if (!isIn) throw new Error('not let in');
        if (filters.length > 0) await withinReason(client.subscribeAsync([...filters], { qos: 1 }));
        connections += 1;
        client.once('close', () => {
          if (!isOver) current = come();
        });
        return client;
      } catch (error) {
        refusals.push(String(error));
        client.end(true);
        if (isOver) return client;
        await pause(PAUSE_MS);
      }
    }
  }

  await current;
  return {
    received,
    repeated,
    refusals,
    get connections() {
      return connections;
    },
    async publish(topic, text, qos = 1) {
      for (let attempt = 1; !isOver; attempt += 1) {
        if (attempt > 1) repeated.add(text);
        try {
          const client = await current;
          await Promise.race([client.publishAsync(topic, text, { qos }), gone(client)]);
          return;
        } catch {
          await pause(PAUSE_MS);
        }
      }
    },
    async end() {
      isOver = true;
      (await current).end(true);
    },
  };
}

function gone(client: MqttClient): Promise<never> {
  const ended = () => new Error('the connection has ended');
  if (!client.connected) return Promise.reject(ended());
  return new Promise((_, reject) => client.once('close', () => reject(ended())));
}

function withinReason<T>(work: Promise<T>): Promise<T> {
  return Promise.race([
    work,
    pause(CONNECT_MS).then(() => {
      throw new Error('no answer');
    }),
  ]);
}
