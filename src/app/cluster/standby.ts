/**
 * Owns how a bridge that follows a NestMTX waits for its turn, since only one can pass on what it hears: it says over HTTP that another one
 * follows, so that balancers ask that.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../core/ports.ts';
import { ApiError, type ErrorBody } from '../../protocol/api-error.ts';
import { listening } from '../listening.ts';
import type { Joined } from './join.ts';

interface Waiting {
  readonly http: { readonly host: string; readonly port: number };
  readonly log: Log;
  /** Aborted when nobody wants to wait any longer. */
  readonly stopping: AbortSignal | undefined;
  /** It has led, and does so no more. */
  readonly ended: (reason: string) => void;
}

/** Resolves when it is for this bridge to follow, with a store that it can change for as long. */
export async function waitToLead(joined: Joined, { http, log, stopping, ended }: Waiting): Promise<Joined> {
  const { store, lease } = joined;
  let isClosing = false;
  const close = () => {
    isClosing = true;
    return joined.close();
  };
  try {
    const waiting = await standBy(http, log);
    const taken = new Promise<void>((resolve) => {
      lease.whileLeading(() => {
        resolve();
        return () => {
          if (!isClosing) ended('another one may follow');
        };
      });
    });
    await Promise.race([taken, aborted(stopping)]).finally(() => waiting.close());
  } catch (error) {
    await close();
    throw error;
  }
  const fenced: Joined['store'] = {
    ...store,
    commit: lease.commit,
    get fault() {
      return store.fault;
    },
    get trouble() {
      return store.trouble;
    },
  };
  return { ...joined, store: fenced, close };
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

interface StandBy {
  /** The address is free then. */
  close(): Promise<void>;
}

const WORDS = 'This bridge of the cluster stands by: another one follows';

async function standBy({ host, port }: { host: string; port: number }, log: Log): Promise<StandBy> {
  const { code, status } = new ApiError('unavailable');
  const body: ErrorBody = { error: { message: WORDS, code, details: [], context: {} } };
  const server = createServer((request, response) => {
    const isHealth = request.url === '/healthz';
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1', connection: 'close' });
    response.end(JSON.stringify(isHealth ? { status: 'standing by' } : body));
    request.resume();
  });
  const open = new Promise<AddressInfo>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address);
    });
  });
  const { port: httpPort } = await listening(open, 'PORT');
  log.info({ httpPort }, 'standing by until it is for this bridge to follow');
  let closing: Promise<void> | undefined;
  return {
    close() {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}
