/** Owns the bare relay: hooks that are believed and published, with no look at MediaMTX and nothing on disk. What an event costs is measured against it. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { topicsOf } from '../../src/protocol/topics.ts';
import { announce, startBareBroker } from './bare-broker.ts';

const broker = await startBareBroker(topicsOf('nestmtx'));
const server = createServer(async (request, response) => {
  const event = request.url?.split('/').at(-1);
  const path = new URLSearchParams(await text(request)).get('path');
  response.writeHead(202).end();
  void broker.link.publish({ topic: `nestmtx/events/camera/${path}/${event}`, payload: '{}', qos: 1 });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
announce(broker, typeof address === 'object' && address ? address.port : 0);
