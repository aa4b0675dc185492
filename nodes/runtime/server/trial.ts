/** Owns the trial of a server's settings: how far one gets with them, and what is wrong where one does not get to the end. */

import type { Client } from '../../../src/client/client.ts';
import { ClientError } from '../../../src/client/client-error.ts';
import type { EndingCause } from '../../../src/client/reasons/ending.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { isObject } from '../../../src/protocol/envelope.ts';
import { nodeErrorOf } from '../node-error.ts';
import type { Server } from './server.ts';

/** What is wrong: a key of the texts under `trial`. */
type Reason = 'unreachable' | 'certificate' | 'noBroker' | 'brokerLogin' | 'nobody' | 'apiLogin' | 'refused' | 'failed';

export type Trial =
  | { readonly reason: 'ok'; readonly version: string; readonly cameras: number | null }
  /** `detail` is in the words of the program that says it: they go into a search box. */
  | { readonly reason: Reason; readonly detail: string };

const REASONS: Readonly<Record<EndingCause, Reason>> = {
  login: 'brokerLogin',
  certificate: 'certificate',
  tls: 'noBroker',
  protocol: 'noBroker',
  unreachable: 'unreachable',
  // Some close without a word where they want TLS.
  ended: 'noBroker',
};

const CONNECT_LIMIT = { timeoutMs: 5000 };
const REQUEST_LIMIT = { timeoutMs: 5000 };

export async function tryServer(server: Server): Promise<Trial> {
  const lease = server.use();
  const failure = await firstFailure(lease.client);
  if (failure) return failure;
  try {
    const version = await lease.client.request({ command: 'list', module: 'version' }, REQUEST_LIMIT);
    const named = isObject(version) && typeof version['release'] === 'string' ? version['release'] : '';
    if (!lease.hasLogin) return { reason: 'ok', version: named, cameras: null };
    const page = await lease.request(
      { command: 'list', module: 'cameras', payload: { page: 1, itemsPerPage: 1 } },
      REQUEST_LIMIT,
    );
    return { reason: 'ok', version: named, cameras: isObject(page) ? Number(page['total']) : null };
  } catch (error) {
    return { reason: requestReason(error), detail: nodeErrorOf(error).message };
  }
}

/** A connection tries for ever: here the first failure is the answer, and undefined that there was none. */
async function firstFailure(client: Pick<Client, 'connected' | 'onState'>): Promise<Trial | undefined> {
  let stop = (): void => undefined;
  const failed = new Promise<Trial>((resolve) => {
    stop = client.onState((state, reason = 'no answer from the broker', cause = 'unreachable') => {
      if (state === 'disconnected') resolve({ reason: REASONS[cause], detail: reason });
    });
  });
  const connected = client.connected(CONNECT_LIMIT).then(
    () => undefined,
    (error: unknown) => ({ reason: 'unreachable', detail: nodeErrorOf(error).message }) as const,
  );
  try {
    return await Promise.race([connected, failed]);
  } finally {
    stop();
  }
}

function requestReason(error: unknown): Reason {
  if (error instanceof ClientError)
    return error.code === 'timeout' ? 'nobody' : error.code === 'refused' ? 'refused' : 'failed';
  if (!(error instanceof ApiError)) return 'failed';
  if (error.code === 'invalid_credentials' || error.code === 'unauthorized') return 'apiLogin';
  return error.code === 'forbidden' ? 'refused' : 'failed';
}
