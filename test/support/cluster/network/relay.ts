/** Owns ports of loopback that lead into network namespaces, by way of Unix sockets: those are no part of any network. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { endsWithUs } from '../../children.ts';
import { portOf } from '../../free-port.ts';
import { temporaryDirectory } from '../../process.ts';
import type { Place } from './network.ts';

const PROGRAM = fileURLToPath(new URL('relay.js', import.meta.url));

export interface Relay {
  /** @returns a port of loopback that leads there */
  portTo(host: string, port: number): Promise<number>;
  close(): Promise<void>;
}

/** @param inside what runs a program where all of its targets are seen */
export async function openRelay(inside: Place['command']): Promise<Relay> {
  const folder = await temporaryDirectory();
  const [program, ...args] = inside([process.execPath, PROGRAM]);
  const child = endsWithUs(spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] }));
  const lines = createInterface({ input: child.stdout });
  const servers: Server[] = [];
  const sockets = new Set<Socket>();

  function pass(from: Socket, to: Socket): void {
    sockets.add(from);
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroySoon();
    });
  }

  async function listenFor(path: string): Promise<number> {
    const server = createServer((socket) => {
      const onward = connect(path);
      pass(socket.setNoDelay(true), onward);
      pass(onward, socket);
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return portOf(server);
  }

  return {
    async portTo(host, port) {
      const path = join(folder.path, `${host}-${port}`);
      const isThere = new Promise<void>((resolve) => {
        lines.on('line', (line) => {
          if (line === path) resolve();
        });
      });
      child.stdin.write(`${path} ${host} ${port}\n`);
      await isThere;
      return listenFor(path);
    },
    async close() {
      for (const server of servers) server.close();
      for (const socket of sockets) socket.destroy();
      const gone = once(child, 'exit');
      child.stdin.end();
      await gone;
      await folder.remove();
    },
  };
}
