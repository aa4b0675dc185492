/** Owns the trial of a server's settings: how far one gets with them, and what is wrong where one does not get to the end. */

import type { Client } from '../../../src/client/client.ts';
import { ClientError } from '../../../src/client/client-error.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import { isObject } from '../../../src/protocol/envelope.ts';
import type { Server } from './server.ts';

/** What is wrong: a key of the texts under `trial`. */
type Reason = 'unreachable' | 'certificate' | 'noBroker' | 'brokerLogin' | 'nobody' | 'apiLogin' | 'refused' | 'failed';

export type Trial =
  | { readonly reason: 'ok'; readonly version: string; readonly cameras: number | null }
  /** `detail` is in the words of the program that says it: they go into a search box. */
  | { readonly reason: Reason; readonly detail: string };

const CONNECT_LIMIT = { timeoutMs: 5000 };
const REQUEST_LIMIT = { timeoutMs: 5000 };

export async function tryServer(server: Server): Promise<Trial> {
  const lease = server.use();
  try {
    await firstAttempt(lease.client);
  } catch (error) {
    const detail = wordsOf(error);
    return { reason: connectReason(detail), detail };
  }
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
    return { reason: requestReason(error), detail: wordsOf(error) };
  }
}

/** A connection tries for ever: here the first failure is the answer. */
async function firstAttempt(client: Pick<Client, 'connected' | 'onState'>): Promise<void> {
  let stop = (): void => undefined;
  const failed = new Promise<never>((_, reject) => {
    stop = client.onState((state, reason) => {
      if (state === 'disconnected') reject(new ClientError('not_connected', reason ?? 'no answer from the broker'));
    });
  });
  try {
    await Promise.race([client.connected(CONNECT_LIMIT), failed]);
  } finally {
    stop();
  }
}

/** By what sockets, TLS and brokers say. */
function connectReason(words: string): Reason {
  if (/cert|self.signed|unable_to_verify|issuer|altname/i.test(words)) return 'certificate';
  if (/not authori[sz]ed|bad user ?name|password|banned|\b13[4578]\b/i.test(words)) return 'brokerLogin';
  if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|no answer/i.test(words))
    return 'unreachable';
  return 'noBroker';
}

function requestReason(error: unknown): Reason {
  if (error instanceof ClientError)
    return error.code === 'timeout' ? 'nobody' : error.code === 'refused' ? 'refused' : 'failed';
  if (!(error instanceof ApiError)) return 'failed';
  if (error.code === 'invalid_credentials' || error.code === 'unauthorized') return 'apiLogin';
  return error.code === 'forbidden' ? 'refused' : 'failed';
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
