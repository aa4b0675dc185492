/** Owns whether an address can be that of a source. One without a host would be this machine. */

export function isSourceUrl(url: string | null | undefined, schemes: readonly string[]): url is string {
  if (!url || !URL.canParse(url)) return false;
  const { protocol, hostname, port } = new URL(url);
  return schemes.includes(protocol) && hostname !== '' && port !== '0';
}
