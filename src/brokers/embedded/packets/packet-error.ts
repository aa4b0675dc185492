/** Owns the one error of the codec: what is wrong with a packet, by which clause, and the reason code that answers it. */

import { REASON, type ReasonCode } from './reason-codes.ts';

export class PacketError extends Error {
  /** As MQTT 5 has it, whatever the version of the connection. */
  readonly reasonCode: ReasonCode;
  /** `3.3.2-2` is the statement [MQTT-3.3.2-2] of MQTT 5.0, `2.1.4` a section of it; ` of 3.1.1` follows where only that version says so. */
  readonly clause: string;

  /** @param message what was found and what was expected; never anything of a payload or a password */
  constructor(reasonCode: ReasonCode, clause: string, message: string) {
    super(message);
    this.name = 'PacketError';
    this.reasonCode = reasonCode;
    this.clause = clause;
  }
}

/** The bytes cannot be read as the specification has them (4.13.1). */
export function malformed(clause: string, message: string): PacketError {
  return new PacketError(REASON.malformedPacket, clause, message);
}

/** The bytes can be read, but say what may not be said (4.13.1). */
export function protocolError(clause: string, message: string): PacketError {
  return new PacketError(REASON.protocolError, clause, message);
}
