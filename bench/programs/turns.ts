/** Owns how long the turns of a measured program take: loaded into it ahead of it, it tells the longest since it was last asked, in milliseconds. */

import { createServer } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const turns = monitorEventLoopDelay({ resolution: 1 });
turns.enable();
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.end(String(turns.max / 1e6));
  turns.reset();
});
server.listen(Number(process.env['BENCH_TURNS_PORT']), '127.0.0.1');
server.unref();
