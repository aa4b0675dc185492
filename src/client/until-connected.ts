/** Owns waiting for a connection, for those who have nothing else to do until then. */

import { ClientError } from './client-error.ts';
import type { Connection } from './connection.ts';
import type { Clock } from './environment.ts';
import type { RequestOptions } from './requests/requests.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

/** @throws ClientError `not_connected` with the last reason when the time is up, `aborted`, `closed` */
export async function untilConnected(
  connection: Connection,
  clock: Clock,
  { timeoutMs = DEFAULT_TIMEOUT_MS, signal }: RequestOptions = {},
): Promise<void> {
  let lastReason = 'no answer from the broker';
  const undo: (() => void)[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (connection.state === 'connected') resolve();
        if (connection.state === 'closed') reject(new ClientError('closed', 'the client was closed'));
        if (signal?.aborted) reject(new ClientError('aborted', 'no longer wanted', signal.reason));
      };
      undo.push(
        clock.after(timeoutMs, () => reject(new ClientError('not_connected', lastReason))),
        connection.onState((_state, reason) => {
          lastReason = reason ?? lastReason;
          look();
        }),
        () => signal?.removeEventListener('abort', look),
      );
      signal?.addEventListener('abort', look);
      look();
    });
  } finally {
    for (const step of undo) step();
  }
}
