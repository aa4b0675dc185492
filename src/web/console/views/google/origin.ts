/** Owns where Google sends the browser back to: this page's own origin, which Google must know. */

export function originOf(): string {
  return location.origin;
}

export function redirectAddress(): string {
  return `${originOf()}/credentials/authorize`;
}

/** Google takes no address of a private network, and nothing without HTTPS but localhost. */
export function isTakenByGoogle(): boolean {
  const { protocol, hostname } = location;
  if (hostname === 'localhost') return true;
  return protocol === 'https:' && !/^[\d.]+$|:/.test(hostname) && hostname.includes('.');
}
