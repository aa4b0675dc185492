/**
 * Owns what an address means: the network that it belongs to where addresses are counted, since whoever has one IPv6 address has as many of its /64 as
 * they like; whether it is this machine's; and how this machine reaches what listens there.
 */

import { urlHost } from '../protocol/url-host.ts';

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** An IPv4 address itself, the first 64 bits of an IPv6 one, `unknown` where there is none. */
export function networkOf(address: string | undefined): string {
  if (address === undefined || address === '') return 'unknown';
  const mapped = MAPPED_IPV4.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [plain = ''] = address.split('%');
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length);
  const all = [...groups, ...Array<string>(missing).fill('0'), ...rest];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** What a request tells of who sent it. */
interface Sender {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** IP address of the peer itself, which may be a proxy. */
  readonly address: string | undefined;
}

/** What a proxy says for whom it asks with, and a browser for which page. */
const FOR_SOMEBODY_ELSE = ['x-forwarded-for', 'forwarded', 'via', 'origin', 'sec-fetch-site'];

/**
 * Whether a program on this machine has sent it, over the loopback interface and for nobody else. A browser here is no such program: any page may
 * send it, and a page whose name was pointed here calls us by that name.
 */
export function isFromThisMachine({ headers, address = '' }: Sender): boolean {
  if (FOR_SOMEBODY_ELSE.some((name) => headers[name] !== undefined)) return false;
  const isLoopback = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i.test(address);
  return isLoopback && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(String(headers['host'] ?? ''));
}

/** @param listening an address, or a name, that a server listens on @returns the host of a URL that leads there from this machine */
export function hostHere(listening: string): string {
  return isEverywhere(listening) ? '127.0.0.1' : urlHost(listening);
}

export function isEverywhere(listening: string): boolean {
  return listening === '0.0.0.0' || listening === '::';
}
