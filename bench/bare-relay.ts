/** Owns the bare relay: hooks that are believed and published, with no look at MediaMTX and nothing on disk. What an event costs is measured against it. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { startEmbeddedBroker } from '../src/brokers/embedded.ts';
import type { Account } from '../src/core/accounts.ts';
import { topicsOf } from '../src/protocol/topics.ts';
import { systemClock } from '../src/system/clock.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };
const account: Account = { key: 'user:1', kind: 'admin', username: 'bench', generation: 1 };

const broker = await startEmbeddedBroker({
  topics: topicsOf('nestmtx'),
  clock: systemClock,
  log: silent,
  listen: { host: '127.0.0.1', port: 0 },
  directory: {
    login: async () => account,
    isCurrent: () => true,
    isInstanceRoot: () => false,
    onRevoked: () => () => undefined,
  },
});
const server = createServer(async (request, response) => {
  const event = request.url?.split('/').at(-1);
  const path = new URLSearchParams(await text(request)).get('path');
  response.writeHead(202).end();
  void broker.link.publish({ topic: `nestmtx/events/camera/${path}/${event}`, payload: '{}', qos: 1 });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
const httpPort = typeof address === 'object' && address ? address.port : 0;
process.stdout.write(`${JSON.stringify({ msg: 'ready', mqttPort: broker.port, httpPort })}\n`);
process.once('SIGTERM', () => void broker.close().then(() => process.exit(0)));
