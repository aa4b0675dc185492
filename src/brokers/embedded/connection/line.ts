/** Owns what a logged-in client needs of its connection: packets, where to answer, and how to end it. */

import type { BrokerPacket, ClientPacket, Level } from '../packets/packet.ts';
import type { Outbox } from './outbox.ts';

export interface Line {
  readonly address: string | undefined;
  readonly level: Level;
  /** What the client says counts, also if it has gone meanwhile. */
  readonly isOpen: boolean;
  readonly isLingering: boolean;
  readonly outbox: Outbox;
  /** Resolves when nothing of it is left, not even the socket. */
  readonly gone: Promise<void>;
  /** The next packet that has come in whole; a malformed one ends the connection. */
  next(): ClientPacket | undefined;
  /** No whole packet is left: more may come in, whatever waits to be completed. */
  caughtUp(): void;
  send(packet: BrokerPacket): void;
  /** Ends it by our will: with the reason, where the client can be told one. */
  refuse(reasonCode: number, why: string): void;
  /** Nothing more is read; what is to be written is written. */
  leave(): void;
}
