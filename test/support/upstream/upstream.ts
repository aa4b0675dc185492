/** Owns a stand-in of NestMTX v1.1.1, strict to contract Part 2 and its quirks: open broker, no codes, nothing retained. */

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { connectAsync, type MqttClient } from 'mqtt';
import { freePort } from '../free-port.ts';
import { blankCamera, type CameraFields, type UpstreamCamera } from './camera.ts';
import { isFields, violationOf } from './envelope.ts';
import { modulesOf, newData, shownUser, type UpstreamUser } from './modules.ts';

export interface UpstreamOptions {
  readonly baseTopic?: string;
  /** Uses this broker in place of its own. */
  readonly brokerUrl?: string;
  readonly now?: () => number;
  /** Filters that its broker refuses: upstream's refuses none, one with access control does. */
  readonly refuses?: (filter: string) => boolean;
}

export interface Upstream {
  readonly url: string;
  readonly port: number;
  readonly users: ReadonlyMap<number, UpstreamUser>;
  readonly cameras: ReadonlyMap<number, UpstreamCamera>;
  /** Every message on the requests topic, decoded where it is JSON, in order. */
  readonly requests: readonly unknown[];
  /** What its own broker delivers to clients, by filter. */
  readonly filters: ReadonlySet<string>;
  /** Adds or replaces one. */
  setCamera(fields: CameraFields): UpstreamCamera;
  removeCamera(id: number): void;
  addUser(username: string, password: string): UpstreamUser;
  /** As if the row had been deleted from the database: what a client sees as `Unauthorized`. */
  dropTokens(): void;
  /** On both topics, with the same body; entity null goes out as the string `"null"`. Returns the body. */
  emit(domain: string, event: string, entity: number | null, details?: object, at?: string): Promise<string>;
  /** While silent it reads requests and does nothing about them. */
  silence(isSilent: boolean): void;
  /** Broker and server end and come back on the same port with their data; what is between is lost. */
  restart(): Promise<void>;
  /** Ends the broker (its own) and the server, until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startUpstream({
  baseTopic: base = 'nestmtx',
  brokerUrl,
  now = Date.now,
  refuses = () => false,
}: UpstreamOptions = {}): Promise<Upstream> {
  const data = newData();
  const modules = modulesOf(data, now);
  const requests: unknown[] = [];
  const filters = new Set<string>();
  let isSilent = false;
  let broker: Broker | undefined;
  let app: MqttClient | undefined;
  let port = 0;

  async function start(): Promise<void> {
    if (brokerUrl === undefined) {
      port ||= await freePort();
      broker = await startBroker(port, refuses, filters);
    } else port = Number(new URL(brokerUrl).port);
    const options = { clientId: `nestmtx_${process.pid}`, protocolVersion: 4, reconnectPeriod: 1000 } as const;
    app = await connectAsync(brokerUrl ?? `mqtt://127.0.0.1:${port}`, options);
    app.on('error', () => undefined);
    app.on('message', (topic, bytes) => {
      // It also hears its own failures, under `<base>/+`.
      if (topic === `${base}/requests`) receive(bytes);
    });
    await app.subscribeAsync(`${base}/+`, { qos: 0 });
  }

  async function stop(): Promise<void> {
    await app?.endAsync(true);
    await broker?.close();
    broker = undefined;
  }

  function publish(topic: string, body: unknown): void {
    app?.publish(topic, body === undefined ? '' : JSON.stringify(body));
  }

  function receive(bytes: Buffer): void {
    let request: unknown;
    try {
      request = JSON.parse(bytes.toString());
    } catch {
      return;
    }
    requests.push(request);
    if (isSilent) return;
    const violation = violationOf(request);
    if (violation)
      publish(`${base}/failures`, { error: { message: violation.message, details: [violation], context: {} } });
    else if (isFields(request)) publish(`${base}/responses/${request['requestId']}`, answer(request));
  }

  /** The order of the checks is that of contract 2.3. */
  function answer(request: Readonly<Record<string, unknown>>): unknown {
    const { command, module: name, token, entity, payload } = request;
    const user = data.users.get(data.tokens.get(String(token)) ?? -1);
    try {
      const module = Object.hasOwn(modules, String(name)) ? modules[String(name)] : undefined;
      if (!module) throw new Error(`Module ${name} not initialized`);
      if (!module.isOpen && !user) throw new Error('Unauthorized');
      const operation = module.operations[String(command)];
      if (!operation) throw new Error(`Module ${name} does not implement a ${command} method`);
      return operation({ entity: String(entity), payload: isFields(payload) ? payload : undefined, user });
    } catch (error) {
      const { token: _, ...echo } = request;
      const context = { ...echo, ...(user ? { user: shownUser(user) } : {}) };
      return { error: { message: error instanceof Error ? error.message : String(error), details: [], context } };
    }
  }

  await start();
  return {
    get url() {
      return brokerUrl ?? `mqtt://127.0.0.1:${port}`;
    },
    get port() {
      return port;
    },
    users: data.users,
    cameras: data.cameras,
    requests,
    filters,
    setCamera: (fields) => {
      const camera = blankCamera(fields);
      data.cameras.set(camera.id, camera);
      return camera;
    },
    removeCamera: (id) => void data.cameras.delete(id),
    addUser: (username, password) => {
      const user = { id: data.nextUserId, username, password, can_login: true };
      data.nextUserId += 1;
      data.users.set(user.id, user);
      return user;
    },
    dropTokens: () => data.tokens.clear(),
    emit: async (domain, event, entity, details = {}, at = new Date(now()).toISOString()) => {
      const body = JSON.stringify({ domain, event, entity: entity ?? 'null', details, at });
      await app?.publishAsync(`${base}/events/${domain}/${entity ?? 'null'}/${event}`, body);
      await app?.publishAsync(`${base}/stream/${domain}/${event}`, body);
      return body;
    },
    silence: (value) => {
      isSilent = value;
    },
    restart: async () => {
      await stop();
      await start();
    },
    start,
    stop,
    close: stop,
  };
}

interface Broker {
  close(): Promise<void>;
}

/** Aedes as upstream embeds it: whoever connects may do everything, unless a test refuses filters. */
async function startBroker(port: number, refuses: (filter: string) => boolean, filters: Set<string>): Promise<Broker> {
  const aedes = await Aedes.createBroker({
    authorizeSubscribe: (_client, subscription, done) => done(null, refuses(subscription.topic) ? null : subscription),
  });
  filters.clear();
  aedes.on('subscribe', (subscriptions) => {
    for (const { topic, qos } of subscriptions) if (qos < 128) filters.add(topic);
  });
  aedes.on('unsubscribe', (topics) => {
    for (const topic of topics) filters.delete(topic);
  });
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    aedes.handle(socket);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      await closed;
    },
  };
}
