/** Owns the forms of text that a setting may ask for: the test of each, and the words that name it. */

import { isIP, isIPv4 } from 'node:net';
import { STREAM_PROTOCOLS, type StreamPorts } from '../protocol/stream-ports.ts';
import { isBaseTopic } from '../protocol/topics.ts';

interface Format {
  readonly test: (text: string) => boolean;
  /** Completes "expected …". */
  readonly words: string;
}

export const FORMATS: Readonly<Record<string, Format>> = {
  host: { test: isHost, words: 'a host name or an IP address, without protocol and port' },
  topic: {
    test: isBaseTopic,
    words: 'a topic without wildcards, without a slash at either end and without a leading $',
  },
  'web-url': { test: isWebUrl, words: 'an http or https URL without user and password' },
  'rtsp-url': { test: isRtspUrl, words: 'an rtsp or rtsps URL without user and password' },
  'stream-ports': {
    test: (text) => parseStreamPorts(text) !== undefined,
    words: `a comma separated list such as rtsp=18554, hls=off; known are ${STREAM_PROTOCOLS.join(', ')}`,
  },
  'nats-urls': {
    test: (text) => parseNatsUrls(text) !== undefined,
    words:
      'a comma separated list such as nats://a:4222, nats://b:4222, or all of them with tls://, without user and password',
  },
  'cluster-name': {
    test: (text) => /^[A-Za-z0-9_-]{1,60}$/.test(text),
    words: 'up to 60 letters, digits, - and _',
  },
  origin: { test: isOrigin, words: 'an origin such as https://example.org' },
  subnet: { test: isSubnet, words: 'an address or a subnet such as loopback, 10.0.0.0/8' },
  proxies: {
    test: (text) => parseProxies(text) !== undefined,
    words: 'a number of proxies, or comma separated addresses and subnets such as loopback, 10.0.0.0/8',
  },
};

/**
 * Reads which proxies are trusted: the number of hops, or addresses, subnets and Express' names for them.
 * There is no "all": anybody could then choose the address that rate limits and loopback checks see.
 */
export function parseProxies(text: string): number | string[] | undefined {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  const proxies = text.split(',').map((proxy) => proxy.trim());
  return proxies.every(isSubnet) ? proxies : undefined;
}

/** Reads `rtsp=18554, hls=off`: ports by protocol, null where it is off. */
export function parseStreamPorts(text: string): Partial<StreamPorts> | undefined {
  const pairs = text.split(',').map((pair) => /^\s*(\w+)=(off|[1-9]\d{0,4})\s*$/.exec(pair));
  const ports: Partial<Record<keyof StreamPorts, number | null>> = {};
  for (const [, name, written] of pairs.map((pair) => pair ?? [])) {
    const protocol = STREAM_PROTOCOLS.find((known) => known === name);
    if (!protocol || Number(written) > 65_535) return undefined;
    ports[protocol] = written === 'off' ? null : Number(written);
  }
  return ports;
}

/** Reads `nats://a,nats://b:4223`; with `tls` in place of `nats`, nothing is said without TLS. */
export function parseNatsUrls(text: string): { readonly servers: string[]; readonly isTls: boolean } | undefined {
  const urls = text
    .split(',')
    .map((url) => /^(nats|tls):\/\/([\w.-]+|\[[0-9a-fA-F:]+\])(?::([1-9]\d{0,4}))?\/?$/.exec(url.trim()));
  const servers = urls.flatMap((url) => (url?.[2] === undefined ? [] : [`${url[2]}:${url[3] ?? 4222}`]));
  const schemes = new Set(urls.map((url) => url?.[1]));
  if (servers.length < urls.length || schemes.size > 1) return undefined;
  return { servers, isTls: schemes.has('tls') };
}

function isSubnet(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  if (isIP(address) === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIPv4(address) ? 32 : 128));
}

function isHost(text: string): boolean {
  if (isIP(text) !== 0) return true;
  return text.length <= 253 && text.split('.').every((label) => /^\w([\w-]{0,61}\w)?$/.test(label));
}

function isWebUrl(text: string): boolean {
  const url = parseUrl(text);
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

function isRtspUrl(text: string): boolean {
  const url = parseUrl(text);
  return (
    url !== undefined && /^rtsps?:$/.test(url.protocol) && url.host !== '' && url.username === '' && url.password === ''
  );
}

function isOrigin(text: string): boolean {
  return parseUrl(text)?.origin === text;
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
