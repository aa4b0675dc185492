/**
 * Runs in a network namespace and leads into it from outside, where nothing of its network is seen: told a path, a host and a port on one line
 * of its input, it listens on a Unix socket at that path and passes what comes there on. Ends with its input.
 */

import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

for await (const line of createInterface({ input: process.stdin })) {
  const [path, host, port] = line.split(' ');
  const server = createServer((socket) => {
    const onward = connect(Number(port), host).setNoDelay(true);
    for (const [from, to] of [
      [socket, onward],
      [onward, socket],
    ]) {
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroySoon());
    }
  });
  server.listen(path, () => process.stdout.write(`${path}\n`));
}
process.exit();
