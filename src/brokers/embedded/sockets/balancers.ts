/**
 * Owns whose a connection is that comes from a balancer: it has to say so before anything else, in a header of the PROXY protocol. Without one
 * it is refused: a client behind it could write one of its own.
 */

import { BlockList, isIPv6, type Socket } from 'node:net';
import { readProxyHeader } from './proxy-header.ts';

/** @param address the client's */
export type AcceptSocket = (socket: Socket, address: string | undefined) => void;

export interface BalancersSetup {
  /** Addresses and subnets, and names of some. */
  readonly from: readonly string[];
  readonly timeoutMs: number;
  readonly after: (delayMs: number, callback: () => void) => () => void;
  readonly refused: (error: unknown, balancer: string) => void;
}

/** As Express has them. */
const NAMED = new Map([
  ['loopback', ['127.0.0.0/8', '::1']],
  ['linklocal', ['169.254.0.0/16', 'fe80::/10']],
  ['uniquelocal', ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']],
]);

/** Passes a connection on as soon as it is known whose it is. */
export type Balancers = (socket: Socket, accept: AcceptSocket) => void;

export function behindBalancers({ from, timeoutMs, after, refused }: BalancersSetup): Balancers {
  const balancers = listOf(from);
  return (socket, accept) => {
    const { remoteAddress: peer = '' } = socket;
    if (!balancers.check(peer, isIPv6(peer) ? 'ipv6' : 'ipv4')) {
      accept(socket, socket.remoteAddress);
      return;
    }
    socket.on('error', () => undefined);
    const late = () => end(new Error('the header of the PROXY protocol does not come'));
    const cancel = after(timeoutMs, late);
    const isOver = () => {
      cancel();
      socket.off('readable', read).off('close', isOver);
    };
    const end = (error: Error) => {
      isOver();
      refused(error, peer);
      socket.destroy();
    };
    let bytes = Buffer.alloc(0);
    function read(): void {
      bytes = Buffer.concat([bytes, socket.read() ?? Buffer.alloc(0)]);
      try {
        const header = readProxyHeader(bytes);
        if (header === undefined) return;
        isOver();
        if (header.bytes < bytes.length) socket.unshift(bytes.subarray(header.bytes));
        accept(socket, header.address ?? peer);
      } catch (error) {
        end(error instanceof Error ? error : new Error(String(error)));
      }
    }
    socket.on('readable', read).on('close', isOver);
  };
}

function listOf(from: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of from.flatMap((name) => NAMED.get(name) ?? [name])) {
    const [address = '', bits] = subnet.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
