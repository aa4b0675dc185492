/** Owns how a server of ours begins and ends to listen. */

import { once } from 'node:events';
import type { Server } from 'node:net';

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** @param disconnect ends every connection there is */
export async function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
  disconnect: () => void,
): Promise<Listening> {
  server.listen(port, host);
  // Rejects with what kept it from listening.
  await once(server, 'listening');
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      disconnect();
      await closed;
    },
  };
}
