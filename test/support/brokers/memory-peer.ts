/** Owns clients at the memory broker that speak one line at a time: when it returns, everything that follows from it has happened. */

import type { LimitChanges } from '../../../src/brokers/embedded/limits.ts';
import type {
  Acknowledgement,
  BrokerPacket,
  ClientPacket,
  Connack,
  Connect,
  Disconnect,
  Level,
  Publish,
  Subscribe,
  Subscription,
  Unsubscribe,
  Will,
} from '../../../src/brokers/embedded/packets/packet.ts';
import { type MemoryClient, memoryBroker } from './memory-broker.ts';

type Login = Partial<Omit<Connect, 'kind' | 'level' | 'password'>> & { readonly password?: string };
type Words = Partial<Omit<Publish, 'kind' | 'topic' | 'payload'>>;
type Wish = Partial<Omit<Subscription, 'filter'>> & { readonly packetId?: number; readonly subscriptionId?: number };
type AckKind = Acknowledgement['kind'];

export type World = ReturnType<typeof openWorld>;

/** Has the admin `root` and the instance `alice`; passwords are the names. */
export function openWorld(limits: LimitChanges = {}) {
  const memory = memoryBroker(limits);

  /** Nobody has said anything yet. */
  const open = (level: Level) => new Peer(memory.connect(level), memory.settle, level);

  /** Logs in as `root` and gives what came of it. */
  async function login(level: Level, options: Login = {}): Promise<{ peer: Peer; answers: BrokerPacket[] }> {
    const peer = open(level);
    return { peer, answers: await peer.say(connectOf(level, options)) };
  }

  return {
    ...memory,
    open,
    login,
    /** A client that was let in. */
    async client(level: Level, options: Login = {}): Promise<Peer> {
      const { peer, answers } = await login(level, options);
      const [connack] = answers;
      if (connack?.kind !== 'connack' || connack.reasonCode !== 0)
        throw new Error(`not let in: ${JSON.stringify(answers)}`);
      peer.connack = connack;
      peer.greeting.push(...answers.slice(1));
      return peer;
    },
  };
}

export function connectOf(level: Level, { password, ...options }: Login = {}): Connect {
  const username = options.username ?? 'root';
  return {
    kind: 'connect',
    level,
    cleanStart: true,
    keepAliveSeconds: 0,
    clientId: 'somebody',
    will: undefined,
    properties: {},
    ...options,
    username,
    password: Buffer.from(password ?? username),
  };
}

export function willOf(options: Partial<Omit<Will, 'payload'>> & { readonly text?: string } = {}): Will {
  const { text = 'gone', ...fields } = options;
  return {
    topic: 'will',
    qos: 0,
    retain: false,
    delaySeconds: 0,
    properties: {},
    ...fields,
    payload: Buffer.from(text),
  };
}

export function publishOf(topic: string, text: string, words: Words = {}): Publish {
  const { qos = 0, packetId = 1 } = words;
  const base = { kind: 'publish', dup: false, retain: false, properties: {} } as const;
  return { ...base, ...words, qos, topic, packetId: qos === 0 ? 0 : packetId, payload: Buffer.from(text) };
}

export function subscribeOf(
  filters: readonly string[],
  { packetId = 1, subscriptionId, ...wish }: Wish = {},
): Subscribe {
  const options = { qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 0, ...wish } as const;
  const subscriptions = filters.map((filter) => ({ filter, ...options }));
  return { kind: 'subscribe', packetId, subscriptions, subscriptionId, userProperties: [] };
}

export function ackOf(kind: AckKind, packetId: number, reasonCode = 0): Acknowledgement {
  return { kind, packetId, reasonCode, properties: {} };
}

export class Peer {
  /** What was answered to its CONNECT. */
  connack: Connack | undefined;
  readonly level: Level;
  /** What came with its CONNACK. */
  readonly greeting: BrokerPacket[] = [];
  readonly #inbox: Publish[] = [];
  readonly #client: MemoryClient;
  readonly #settle: () => Promise<void>;

  constructor(client: MemoryClient, settle: () => Promise<void>, level: Level) {
    this.#client = client;
    this.#settle = settle;
    this.level = level;
  }

  get isClosed(): boolean {
    return this.#client.isClosed;
  }

  /** What has come since it last said something, or was last asked. */
  take(): BrokerPacket[] {
    const taken = this.#client.take();
    this.#inbox.push(...taken.filter((packet) => packet.kind === 'publish'));
    return taken;
  }

  /** All messages since it was last asked for them, whether they were among the answers to something or not. */
  messages(): Publish[] {
    this.take();
    return this.#inbox.splice(0);
  }

  texts(): string[] {
    return this.messages().map(({ payload }) => payload.toString());
  }

  /** @returns what has come up to now */
  async say(...packets: ClientPacket[]): Promise<BrokerPacket[]> {
    this.#client.send(...packets);
    await this.#settle();
    return this.take();
  }

  /** Is gone before any of it has been done. */
  async sayAndGo(...packets: ClientPacket[]): Promise<void> {
    this.#client.send(...packets);
    this.#client.cut();
    await this.#settle();
  }

  async sayBytes(bytes: Buffer): Promise<BrokerPacket[]> {
    this.#client.sendBytes(bytes);
    await this.#settle();
    return this.take();
  }

  publish(topic: string, text: string, words: Words = {}): Promise<BrokerPacket[]> {
    return this.say(publishOf(topic, text, words));
  }

  subscribe(filter: string, wish: Wish = {}): Promise<BrokerPacket[]> {
    return this.say(subscribeOf([filter], wish));
  }

  unsubscribe(...filters: string[]): Promise<BrokerPacket[]> {
    const packet: Unsubscribe = { kind: 'unsubscribe', packetId: 9, filters, userProperties: [] };
    return this.say(packet);
  }

  acknowledge(kind: AckKind, packetId: number, reasonCode = 0): Promise<BrokerPacket[]> {
    return this.say(ackOf(kind, packetId, reasonCode));
  }

  ping(): Promise<BrokerPacket[]> {
    return this.say({ kind: 'pingreq' });
  }

  leave(reasonCode = 0, properties: Disconnect['properties'] = {}): Promise<BrokerPacket[]> {
    return this.say({ kind: 'disconnect', reasonCode, properties });
  }

  /** The network fails. */
  async cut(): Promise<void> {
    this.#client.cut();
    await this.#settle();
  }
}

/** The kinds of session there are, as each version asks for one. */
export function kept(level: Level, clientId: string, seconds = 3600): Login {
  const properties = level === 5 ? { sessionExpirySeconds: seconds } : {};
  return { clientId, cleanStart: false, properties };
}
