/** Owns how a host stands in a URL. Pure. */

/** An address of IPv6 stands in brackets there (RFC 3986, 3.2.2); whoever has written them already keeps them. */
export function urlHost(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
