/** Owns why a connection ended or never came about: in words for a user, and as a cause for programs. */

import type { MqttClient } from 'mqtt';
import { disconnectWords, refusalWords } from './reason-codes.ts';
import { type Unreachable, unreachable } from './unreachable.ts';

/**
 * `login`: the broker takes no such user or password · `certificate`: it is not trusted · `tls`: what listens there does not speak TLS ·
 * `protocol`: it does not speak what we speak · `unreachable`: there is no way to it · `ended`: it was there, and went away or sent us away
 */
export type EndingCause = 'login' | Unreachable['cause'] | 'ended';

export interface Ending {
  /** In words fit for a log and for a user. */
  readonly reason: string;
  readonly cause: EndingCause;
  readonly accepted: boolean;
  /** CONNACK says that the broker does not speak our version of MQTT. */
  readonly versionRefused: boolean;
  /** Closed without any CONNACK: how some brokers refuse MQTT 5. */
  readonly hungUp: boolean;
}

/** Unacceptable protocol version (MQTT 3.1.1, 3.2.2.3), Unsupported Protocol Version (MQTT 5.0, 3.2.2.2). */
const VERSION_REFUSED: readonly unknown[] = [0x01, 0x84];
/** Bad user name or password, not authorised: of MQTT 3.1.1 and of MQTT 5. */
const LOGIN_REFUSED: readonly unknown[] = [0x04, 0x05, 0x86, 0x87];

/** Handles every error of the client, so that none is thrown; resolves when its connection is closed. */
export function endOf(client: MqttClient): Promise<Ending> {
  let fault: Error | undefined;
  let accepted = false;
  let answered = false;
  const blame = (error: Error) => {
    fault ??= error;
  };
  client.once('connect', () => {
    accepted = true;
  });
  client.once('packetreceive', () => {
    answered = true;
  });
  client.on('error', (error) => {
    blame(error);
    // mqtt.js leaves the connection open after a packet that makes no sense.
    client.stream.destroy();
  });
  // mqtt.js hands on only those errors of the socket that have a code.
  client.stream.on('error', blame);
  client.on('disconnect', ({ reasonCode = 0 }) => blame(new Error(disconnectWords(reasonCode))));
  return new Promise((resolve) => {
    client.once('close', () => {
      client.end(true);
      const code = codeOf(fault);
      const hungUp = !answered && (fault === undefined || code === 'ECONNRESET' || code === 'EPIPE');
      resolve({ ...why(fault, accepted), accepted, versionRefused: VERSION_REFUSED.includes(code), hungUp });
    });
  });
}

function why(fault: Error | undefined, accepted: boolean): Pick<Ending, 'reason' | 'cause'> {
  const code = codeOf(fault);
  if (!fault) return { reason: 'the broker closed the connection', cause: 'ended' };
  if (typeof code === 'number') {
    return { reason: refusalWords(code), cause: LOGIN_REFUSED.includes(code) ? 'login' : 'ended' };
  }
  if (accepted && code === undefined) return { reason: fault.message, cause: 'ended' };
  const { words, cause } = unreachable(fault, 'MQTT');
  return { reason: words, cause: accepted ? 'ended' : cause };
}

function codeOf(fault: Error | undefined): unknown {
  return fault && 'code' in fault ? fault.code : undefined;
}
