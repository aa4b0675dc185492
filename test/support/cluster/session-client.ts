/**
 * Owns the client of one kept session, on one connection after another: what it got and what it has acknowledged, as the protocol has it.
 * It acknowledges when a test says so.
 */

import type { Publish } from '../../../src/brokers/embedded/packets/packet.ts';
import type { MemoryClient } from '../brokers/memory-broker.ts';
import { ackOf, connectOf, subscribeOf } from '../brokers/memory-peer.ts';
import type { MemoryBridge } from './memory-bridges.ts';

interface Got {
  readonly text: string;
  readonly isDuplicate: boolean;
  readonly connection: number;
}

/** Less than what often waits. */
const WINDOW = 4;

type Answer = { readonly kind: 'puback' | 'pubrec' | 'pubcomp'; readonly packetId: number; readonly text: string };

export interface SessionClient {
  /** Another connection in place of the one before, which it forgets, or ends. */
  connect(bridge: MemoryBridge, isForgotten: boolean): void;
  subscribe(topic: string): void;
  /** Looks at what has come. */
  look(): void;
  /** Answers so much of what waits for it, oldest first. */
  answer(count: number): void;
  /** What it has answered was taken, if it is still connected. */
  answered(): void;
  drop(): void;
  /** Each PUBLISH, but those of QoS 2 that the client knows by their packet id. */
  readonly got: readonly Got[];
  /** Came though it was acknowledged to the end. */
  readonly again: readonly string[];
  /** Something of QoS 1 or 2 came twice on one connection. */
  readonly repeated: readonly string[];
  readonly isIn: boolean;
  /** It has a SUBACK. */
  readonly isSubscribed: boolean;
}

export function sessionClient(clientId: string): SessionClient {
  const got: Got[] = [];
  const acknowledged = new Set<string>();
  const repeated: string[] = [];
  const again: string[] = [];
  const told: string[] = [];
  /** Of QoS 2, from PUBLISH to PUBREL. */
  const taken = new Map<number, string>();
  const released = new Map<number, string>();
  let due: Answer[] = [];
  let line: MemoryClient | undefined;
  let isIn = false;
  let isSubscribed = false;
  let connection = 0;
  let seen = new Set<string>();

  function take({ qos, packetId, payload, dup }: Publish): void {
    const text = payload.toString();
    if (acknowledged.has(text)) again.push(text);
    if (qos === 2) {
      if (taken.get(packetId) !== text) got.push({ text, isDuplicate: dup, connection });
      taken.set(packetId, text);
      due.push({ kind: 'pubrec', packetId, text });
      return;
    }
    if (seen.has(text)) repeated.push(text);
    seen.add(text);
    got.push({ text, isDuplicate: dup, connection });
    due.push({ kind: 'puback', packetId, text });
  }

  return {
    got,
    again,
    repeated,
    get isIn() {
      return isIn && line?.isClosed === false;
    },
    get isSubscribed() {
      return isSubscribed;
    },
    connect(bridge, isForgotten) {
      if (!isForgotten) line?.cut();
      connection += 1;
      seen = new Set();
      due = [];
      isIn = false;
      line = bridge.connect(5);
      const properties = { sessionExpirySeconds: 100_000, receiveMaximum: WINDOW };
      line.send(connectOf(5, { clientId, cleanStart: false, properties }));
    },
    subscribe(topic) {
      line?.send(subscribeOf([topic]));
    },
    look() {
      for (const packet of line?.take() ?? []) {
        if (packet.kind === 'connack') isIn = packet.reasonCode === 0;
        else if (packet.kind === 'suback') isSubscribed = true;
        else if (packet.kind === 'publish') take(packet);
        else if (packet.kind === 'pubrel') {
          const text = taken.get(packet.packetId) ?? released.get(packet.packetId) ?? '';
          taken.delete(packet.packetId);
          released.set(packet.packetId, text);
          due.push({ kind: 'pubcomp', packetId: packet.packetId, text });
        }
      }
    },
    answer(count) {
      if (line?.isClosed !== false) return;
      for (const { kind, packetId, text } of due.splice(0, count)) {
        line.send(ackOf(kind, packetId));
        if (kind !== 'pubrec') told.push(text);
      }
    },
    answered() {
      if (line?.isClosed === false) for (const text of told) acknowledged.add(text);
      told.length = 0;
    },
    drop: () => line?.cut(),
  };
}
