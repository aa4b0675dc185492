/** Owns what happens to one mqtt.js client between CONNECT and close: whether it was let in, and in the end why it ended. */

import { Socket } from 'node:net';
import type { MqttClient } from 'mqtt';

export interface Ending {
  /** Why, in words fit for a log. */
  readonly reason: string;
  /** MQTT reason code, where the broker gave one. */
  readonly code: number | undefined;
  /** Whether the broker had let us in. */
  readonly accepted: boolean;
  /** Closed without an answer although the broker could be reached: how some refuse MQTT 5. */
  readonly hungUp: boolean;
}

export interface Connection {
  /** Resolves at CONNACK, or with false at the end. */
  readonly accepted: Promise<boolean>;
  readonly ended: Promise<Ending>;
  /** Closes the socket; the first reason given is the one that counts. */
  drop(reason: Error): void;
}

const SESSION_TAKEN_OVER = 142;

/** Handles every error of the client, so that none is thrown. */
export function watchConnection(client: MqttClient): Connection {
  const { stream } = client;
  let fault: Error | undefined;
  let answered = false;
  let letIn = false;

  function drop(reason: Error): void {
    fault ??= reason;
    client.end(true);
    // A client that is already saying goodbye ignores `end`.
    stream.destroy();
  }

  // N-09: under Nagle's algorithm an answer waits for the broker's delayed acknowledgement.
  if (stream instanceof Socket) stream.setNoDelay(true);
  // mqtt.js hands on only those errors of the socket that have a code.
  stream.on('error', drop);
  client.on('error', drop);
  client.on('disconnect', ({ reasonCode }) => drop(disconnected(reasonCode ?? 0)));
  client.once('packetreceive', () => {
    answered = true;
  });

  const ended = new Promise<Ending>((resolve) => {
    client.once('close', () => {
      client.end(true);
      const hungUp = !answered && (fault === undefined || isReset(fault));
      resolve({ reason: wordsOf(fault), code: reasonCodeOf(fault), accepted: letIn, hungUp });
    });
  });
  const accepted = new Promise<boolean>((resolve) => {
    client.once('connect', () => {
      letIn = true;
      resolve(true);
    });
    void ended.then(() => resolve(false));
  });
  return { accepted, ended, drop };
}

/** An error that carries a reason code of the broker, as mqtt.js' own do. */
export function refused(message: string, code: number): Error {
  return Object.assign(new Error(message), { code });
}

/** The reason code of a refusal; other errors have textual codes or none. */
export function reasonCodeOf(error: unknown): number | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}

function disconnected(code: number): Error {
  const why = code === SESSION_TAKEN_OVER ? 'another client uses our client id' : `reason code ${code}`;
  return refused(`the broker ended the connection: ${why}`, code);
}

function isReset(fault: Error): boolean {
  return 'code' in fault && (fault.code === 'ECONNRESET' || fault.code === 'EPIPE');
}

function wordsOf(fault: Error | undefined): string {
  if (!fault) return 'the broker closed the connection';
  // Node leaves the message of an AggregateError empty: a name with several addresses, none of which answers.
  if (fault.message === '' && 'code' in fault) return String(fault.code);
  return fault.message;
}
