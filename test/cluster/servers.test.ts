/** Pins how it is with most servers of a cluster: by whether they take a connection, and by nothing that they say. */

import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { lookAtMost } from '../../src/cluster/servers.ts';
import { freePort } from '../support/free-port.ts';

const listening: Server[] = [];
afterEach(() => {
  for (const server of listening.splice(0)) server.close();
});

async function silent(host: string): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => undefined)).listen(0, host);
  listening.push(server);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** No name server knows of such. */
const unreachable = (count: number) => Array.from({ length: count }, (_, i) => `n${i}.invalid:4222`);

it.each([
  { there: 3, down: 0, gone: 0, most: 'there' },
  { there: 2, down: 0, gone: 1, most: 'there' },
  { there: 1, down: 0, gone: 0, most: 'there' },
  { there: 1, down: 0, gone: 2, most: 'out of reach' },
  { there: 1, down: 0, gone: 1, most: 'out of reach' },
  { there: 0, down: 1, gone: 2, most: 'out of reach' },
  { there: 1, down: 2, gone: 0, most: 'down' },
  { there: 1, down: 1, gone: 0, most: 'down' },
])(
  'of $there that say nothing, $down that nobody listens at, and $gone that do not answer, most are $most',
  async ({ there, down, gone, most }) => {
    const servers = await Promise.all([
      ...Array.from({ length: there }, (_, i) => silent(i === 0 ? '::1' : '127.0.0.1')),
      ...Array.from({ length: down }, async () => `127.0.0.1:${await freePort()}`),
      ...unreachable(gone),
    ]);
    expect(await lookAtMost(servers)).toBe(most);
  },
);
