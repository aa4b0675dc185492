/** Pins when most servers of a cluster count as there: by whether they take a connection, and by nothing that they say. */

import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { areMostThere } from '../../src/cluster/servers.ts';
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

it.each([
  { there: 3, gone: 0, areMost: true },
  { there: 2, gone: 1, areMost: true },
  { there: 1, gone: 2, areMost: false },
  { there: 1, gone: 1, areMost: false },
  { there: 1, gone: 0, areMost: true },
])(
  'of $there that say nothing, and $gone that are gone, most are there: $areMost',
  async ({ there, gone, areMost }) => {
    const servers = await Promise.all([
      ...Array.from({ length: there }, (_, i) => silent(i === 0 ? '::1' : '127.0.0.1')),
      ...Array.from({ length: gone }, async () => `127.0.0.1:${await freePort()}`),
    ]);
    expect(await areMostThere(servers)).toBe(areMost);
  },
);
