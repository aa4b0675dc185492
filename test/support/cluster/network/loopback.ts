/** Owns places on loopback, for machines that permit nothing else: one is cut off by proxies on its ways to the others. */

import { freePort } from '../../free-port.ts';
import { type CuttableProxy, startCuttableProxy } from './cuttable-proxy.ts';
import type { Network, Place } from './network.ts';

const HOST = '127.0.0.1';

export function loopback(): Network {
  const all: CuttableProxy[] = [];

  async function place(): Promise<Place> {
    const own: CuttableProxy[] = [];
    return {
      host: HOST,
      listen: HOST,
      port: () => freePort(),
      command: (command) => command,
      async ways(addresses) {
        const proxies = await Promise.all(addresses.map(startCuttableProxy));
        own.push(...proxies);
        all.push(...proxies);
        return proxies.map(({ port }) => `${HOST}:${port}`);
      },
      portHere: async (port) => port,
      async cutOff() {
        if (own.length === 0) throw new Error('who is asked by others, and asks none, is not to be cut off here');
        for (const proxy of own) proxy.cut();
      },
      async reach() {
        for (const proxy of own) proxy.mend();
      },
      ignore: () => Promise.reject(new Error('places hear nothing or everything here')),
    };
  }

  return {
    by: 'proxies, since network namespaces are not permitted here',
    place,
    part: () => Promise.reject(new Error('only single places are cut off here')),
    mend: async () => undefined,
    remove: async () => void (await Promise.all(all.map((proxy) => proxy.close()))),
  };
}
