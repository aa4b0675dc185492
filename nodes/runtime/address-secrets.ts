/** Owns what of a URL is a secret, and must not stand where flows show it; used at both ends, so that the editor moves what the runtime would. */

export interface SplitAddress {
  /** As it was written, but for them. */
  readonly address: string;
  readonly username: string;
  readonly password: string;
  /** From the `?` or the `#` on: tokens stand there. */
  readonly query: string;
}

export function splitAddress(text: string): SplitAddress {
  const [, scheme = '', login = '', rest = '', query = ''] =
    /^([a-z][\w+.-]*:\/\/)?(?:([^/?#]*)@)?([^?#]*)(.*)$/is.exec(text.trim()) ?? [];
  const colon = login.indexOf(':');
  const username = colon < 0 ? login : login.slice(0, colon);
  return {
    address: scheme + rest,
    username: decoded(username),
    password: colon < 0 ? '' : decoded(login.slice(colon + 1)),
    query,
  };
}

/** Whether there is anything besides the address. */
export function hasSecret(text: string): boolean {
  return splitAddress(text).address !== text.trim();
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
