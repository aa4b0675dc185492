/** Owns one network connection from its first byte to its last: how it becomes a client's, what it may hold meanwhile, and how it ends. */

import type { Account } from '../../../core/accounts/accounts.ts';
import type { Guest } from '../accounts/seats.ts';
import type { Core } from '../core.ts';
import { createDecoder, type Decoder } from '../packets/decoder.ts';
import type { BrokerPacket, ClientPacket, Connect, Level } from '../packets/packet.ts';
import { PacketError } from '../packets/packet-error.ts';
import { REASON } from '../packets/reason-codes.ts';
import { restoreSession } from '../restore.ts';
import { Client } from './client.ts';
import { encodeFitting } from './fitting.ts';
import { connackCode, greet, type Welcome } from './greeting.ts';
import type { Line } from './line.ts';
import { Outbox } from './outbox.ts';
import { Reading } from './reading.ts';
import type { Transport } from './transport.ts';

/** Lingering: the transport is gone, but not all is done that the client has said before. */
type State = 'new' | 'greeting' | 'open' | 'lingering' | 'closing' | 'closed';

/** So much may wait to be read before the socket is asked to wait. */
const READ_AHEAD_BYTES = 64 * 1024;
/** How long a client may take to read why it has to go. */
const FAREWELL_MS = 500;

export class Connection implements Guest, Line {
  readonly address: string | undefined;
  readonly outbox: Outbox;
  level: Level = 4;
  readonly gone: Promise<void>;
  readonly #core: Core;
  readonly #transport: Transport;
  readonly #reading: Reading;
  readonly #decoder: Decoder<ClientPacket>;
  #state: State = 'new';
  #client: Client | undefined;
  #heardAtMs: number;
  /** What the client takes, once it has said so. */
  #maximumPacketBytes = Number.POSITIVE_INFINITY;
  #tellGone = () => {};

  constructor(core: Core, transport: Transport) {
    this.#core = core;
    this.#transport = transport;
    this.#reading = new Reading(transport);
    this.address = transport.address;
    this.outbox = new Outbox(transport, core.turns, core.tally, core.monotonicMs);
    this.#decoder = createDecoder({ from: 'client', maxPacketBytes: core.limits.connectBytes });
    this.#heardAtMs = core.monotonicMs();
    this.gone = new Promise((resolve) => {
      this.#tellGone = resolve;
    });
  }

  get isSilent(): boolean {
    return this.#state === 'new';
  }

  get isOpen(): boolean {
    return this.#state === 'open' || this.#state === 'lingering';
  }

  get isLingering(): boolean {
    return this.#state === 'lingering';
  }

  /** Bytes have come. */
  receive(chunk: Buffer): void {
    if (this.#state === 'closing' || this.#state === 'closed') return;
    this.#heardAtMs = this.#core.monotonicMs();
    this.#core.tally.counters.bytesReceived += chunk.length;
    this.#decoder.push(chunk);
    if (this.#state === 'new') this.#greet();
    else this.#client?.wake();
    if (this.#decoder.buffered > READ_AHEAD_BYTES) this.#reading.pause();
  }

  /** What was written has been taken. */
  drained(): void {
    this.#client?.drained();
  }

  next(): ClientPacket | undefined {
    try {
      const packet = this.#decoder.next();
      if (packet !== undefined) this.#core.tally.counters.messagesReceived += 1;
      return packet;
    } catch (error) {
      if (!(error instanceof PacketError)) throw error;
      const { reasonCode, message, clause } = error;
      this.#core.log.debug({ address: this.address, why: message, clause }, 'a malformed packet');
      if (this.isOpen) this.refuse(reasonCode, `${message} [MQTT-${clause}]`);
      else this.#turnAway(reasonCode, message);
      return undefined;
    }
  }

  caughtUp(): void {
    if (this.#state === 'lingering') this.#finish();
    else this.#reading.resume();
  }

  send(packet: BrokerPacket): void {
    const bytes = encodeFitting(packet, this.level, this.#maximumPacketBytes);
    if (bytes !== undefined) this.outbox.push(bytes);
    else if (packet.kind !== 'connack' && packet.kind !== 'disconnect') {
      this.refuse(REASON.packetTooLarge, 'an answer is larger than the client takes [MQTT-3.1.2-24]');
    }
  }

  refuse(reasonCode: number, why: string): void {
    if (this.#state === 'closing' || this.#state === 'closed') return;
    const clientId = this.#client?.clientId;
    this.#core.log.debug({ address: this.address, clientId, why }, 'a connection was ended');
    if (this.level === 5 && this.isOpen) {
      const properties = this.#client?.delivery.wantsReasons === true ? { reasonString: why } : {};
      this.send({ kind: 'disconnect', reasonCode, properties });
    }
    this.leave();
  }

  /** Whether this is what it does in its turns. */
  isOf(task: object): boolean {
    return this.#client === task;
  }

  giveUp(why = 'others need its place'): void {
    this.#core.log.debug({ address: this.address, clientId: this.#client?.clientId, why }, 'a connection was cut');
    if (this.#state === 'lingering') this.#finish();
    // What is cut is not listened to any more.
    if (this.#state !== 'closed') this.#state = 'closing';
    this.#transport.destroy();
  }

  /** Looks whether its time is over: for a login, without a word, or with a socket that nobody reads. */
  check(nowMs: number): void {
    const { connectTimeoutMs, drainTimeoutMs } = this.#core.limits;
    const quietMs = nowMs - this.#heardAtMs;
    const client = this.#client;
    if (this.#state === 'new' && quietMs >= connectTimeoutMs) this.giveUp('no CONNECT in time');
    if (client === undefined || !this.isOpen) return;
    // Who is not listened to cannot be heard.
    if (client.keepAliveMs > 0 && quietMs > client.keepAliveMs && !this.#reading.isPaused) {
      this.refuse(REASON.keepAliveTimeout, 'not a word within its keep-alive [MQTT-3.1.2-22]');
    }
    if (this.outbox.isWaiting && nowMs - this.outbox.movedAtMs >= drainTimeoutMs) this.giveUp('drain timeout');
  }

  /** The transport is gone. A client may say much, and goodbye, and go: all of that counts. */
  closed(): void {
    if (this.#state === 'closed' || this.#state === 'lingering') return;
    this.outbox.close();
    const isBusy = this.#decoder.buffered > 0 || this.#client?.isSpreading === true;
    if (this.#state !== 'open' || !isBusy) {
      this.#finish();
      return;
    }
    this.#state = 'lingering';
    this.#client?.wake();
  }

  leave(): void {
    if (this.#state === 'closed' || this.#state === 'closing') return;
    if (this.#state === 'lingering') {
      this.#finish();
      return;
    }
    this.#state = 'closing';
    this.outbox.end();
    const cancel = this.#core.clock.after(FAREWELL_MS, () => this.#transport.destroy());
    void this.gone.then(cancel);
  }

  #finish(): void {
    this.#state = 'closed';
    this.#client?.end();
    this.#core.seats.leave(this, this.#client?.account);
    this.#tellGone();
  }

  #greet(): void {
    const packet = this.next();
    // The decoder refuses any other first packet.
    if (packet?.kind !== 'connect') return;
    this.level = packet.level;
    this.#maximumPacketBytes = packet.properties.maximumPacketBytes ?? Number.POSITIVE_INFINITY;
    this.#state = 'greeting';
    // Until the login is through nothing is read on, and nothing kept but what was on its way.
    this.#reading.pause();
    void greet(this.#core, packet, this.#transport).then((outcome) => {
      // The client may have gone meanwhile, or been sent away to make room.
      const claim = 'account' in outcome ? outcome.claim : undefined;
      if (claim !== undefined) void this.gone.then(claim.release);
      if (this.#state !== 'greeting') return;
      if ('account' in outcome) this.#seat(packet, outcome);
      else this.#turnAway(outcome.reasonCode, outcome.why);
    });
  }

  #seat(packet: Connect, welcome: Welcome): void {
    const { connections, seats } = this.#core;
    const { account, clientId, claim } = welcome;
    const former = connections.find(account.key, clientId);
    if (former?.isLingering === true) {
      void former.gone.then(() => {
        if (this.#state === 'greeting') this.#seat(packet, welcome);
      });
      return;
    }
    const why = seats.seat(this, account, former !== undefined, claim && claim.elsewhere + claim.coming);
    if (why !== undefined) {
      // Others count it until then.
      claim?.release();
      this.#turnAway(REASON.quotaExceeded, why);
      return;
    }
    former?.part(REASON.sessionTakenOver, 'another connection has taken its session over [MQTT-3.1.4-3]');
    this.#open(packet, welcome, account);
  }

  /** From here on the client id is the account's own: nobody else can take over the connection or open the session. */
  #open(packet: Connect, { clientId, expirySeconds, connack, claim }: Welcome, account: Account): void {
    const { uses, sessions, clock } = this.#core;
    if (claim !== undefined) this.#core.observer.elsewhere(account, claim.elsewhere);
    if (claim?.kept !== undefined) restoreSession(this.#core, claim.kept, clock.now());
    const use = uses.open(account);
    use.holders += 1;
    const { session, present } = sessions.open(use, clientId, packet.cleanStart);
    sessions.keepFor(session, expirySeconds);
    this.#decoder.setMaxPacketBytes(use.limits.packetBytes);
    this.outbox.use = use;
    this.send({ kind: 'connack', sessionPresent: present, reasonCode: REASON.success, properties: connack });
    this.#state = 'open';
    this.#client = new Client(this.#core, this, packet, { account, clientId, use, session });
    this.#client.begin();
    claim?.opened();
    this.#reading.resume();
  }

  /** A CONNACK that says no, where the version has a code for it; then the end. */
  #turnAway(reasonCode: number, why: string): void {
    this.level = this.#decoder.level ?? this.level;
    const code = connackCode(this.level, reasonCode);
    const properties = this.level === 5 ? { reasonString: why } : {};
    if (code !== undefined) this.send({ kind: 'connack', sessionPresent: false, reasonCode: code, properties });
    this.leave();
  }
}
