/** Owns what a bridge says over HTTP while another one of its cluster serves: that it does not, so that balancers ask the other. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../../core/ports.ts';
import { ApiError, type ErrorBody } from '../../protocol/api-error.ts';
import { listening } from '../listening.ts';

export interface StandBy {
  /** The address is free then. */
  close(): Promise<void>;
}

const WORDS = 'This bridge of the cluster stands by: another one serves';

export async function standBy({ host, port }: { host: string; port: number }, log: Log): Promise<StandBy> {
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
  log.info({ httpPort }, 'standing by until it is for this bridge to serve');
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
