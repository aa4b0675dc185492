/** Owns what the application needs from outside: time, a log, secrets, a way to publish. Adapters implement; nothing here does. */

/** Time as a parameter, so that tests never sleep. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds since some moment: what rates run on, since nobody sets it. */
  monotonicMs(): number;
  /** Calls back once after `delayMs`; the result cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The part of pino that the application uses. Secrets are redacted behind it, by the list in `redaction.ts`. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

/** Randomness and cryptography. */
export interface Secrets {
  /** A fresh bearer token: opaque, at least 256 bits. */
  newToken(): string;
  /** `length` characters of `[A-Za-z0-9]`, without modulo bias. */
  newPassword(length: number): string;
  newUuid(): string;
  /** `length` lower-case hex digits. */
  newHex(length: number): string;
  /** One-way, fast and deterministic: for tokens, which carry enough entropy of their own. */
  digest(secret: string): string;
  /** Hex SHA-256 of something that is no secret. */
  checksum(text: string): string;
  /** Keyed digest of a secret with enough entropy of its own; worthless to whoever has no key. */
  mac(text: string): string;
  /** Whether `mac` is the one of `text`; takes as long for every wrong one. */
  isMac(mac: string, text: string): boolean;
  /** Slow hash for passwords people choose. */
  hashPassword(password: string): Promise<string>;
  /** Same work for an absent hash as for a wrong password, so that names cannot be probed. */
  verifyPassword(hash: string | undefined, password: string): Promise<boolean>;
  /** Encrypts for storage; `boundTo` must be given again to open it. */
  seal(plain: string, boundTo: string): string;
  /** @throws ApiError `internal` when it was sealed under another key or for something else */
  open(sealed: string, boundTo: string): string;
}

/** A message as it arrived on a topic that the service listens to. */
export interface InboundMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Delivered from the broker's memory, or sent with the retain flag. */
  readonly retained: boolean;
  readonly dup: boolean;
  /** MQTT 5: where and with what the sender wants its answer besides. */
  readonly responseTopic?: string;
  readonly correlationData?: Uint8Array;
  /** Who sent it, where the broker tells. */
  readonly sender?: InboundSender;
}

export interface InboundSender {
  /** Stable key of the account: what rate limits count by. */
  readonly account: string;
  readonly address: string | undefined;
  /** Whether this account may publish to a topic itself: else it may not have an answer sent there either (N-08). */
  mayPublish(topic: string): boolean;
}

export interface OutboundMessage {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  readonly retain?: boolean;
  readonly qos?: 0 | 1;
  readonly correlationData?: Uint8Array;
  /** Where bridges share a broker, those beside this one have it before anybody here; said again under the same name, it is once in a queue. */
  readonly name?: string | undefined;
  /** It was said already by a bridge that may have died before it was in all queues: nobody else gets it again. */
  readonly isForQueues?: boolean;
  /** Key of the only account whose connections may have it, where the broker can tell them apart; it is kept for nobody (N-08a). */
  readonly onlyFor?: string | undefined;
}

/**
 * The service's own seat at a broker: in process on the embedded one, a client on any other.
 * It owns the availability topic: retained `online` whenever it is up, last will and clean stop `offline` (N-46).
 */
export interface MqttLink {
  /**
   * Resolves when the message is done with, and never queues it: false when there is no connection, or it was lost before the broker
   * could say that it has it (QoS 1). What the broker refuses is told to the log, and done with.
   */
  publish(message: OutboundMessage): Promise<boolean>;
  /** Listens to the requests topic (N-07); a handler never throws. @returns what ends it, as of all that listen */
  onRequest(handler: (message: InboundMessage) => void): () => void;
  /**
   * Listens besides to what is said there, beginning with what is retained; never to topics of the request API. Comes back with each
   * connection, before `onUp`; a broker that refuses the filter is told to the log. A handler never throws.
   */
  listen(filter: string, handler: (message: InboundMessage) => void): () => void;
  /** Runs at each (re)connection, before `online` is published: what shall hold by then can be published already. Never rejects. */
  beforeUp(handler: () => Promise<unknown>): () => void;
  /** Runs at each (re)connection, after `online` was published: the place to publish retained state again. */
  onUp(handler: () => void): () => void;
  readonly up: boolean;
  /** What is wrong: the login was refused, or somebody else speaks for the same base topic. Absent: nothing that is known. */
  readonly trouble?: 'refused' | 'shared' | undefined;
  /** Stops listening to requests, so that what is in flight can be answered before `close`. */
  stopRequests(): Promise<void>;
  /** Publishes `offline`, then leaves. */
  close(): Promise<void>;
}
