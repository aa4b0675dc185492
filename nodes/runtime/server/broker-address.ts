/** Owns how the broker's address may be written in the dialog; used at both ends, so that the editor refuses what the runtime would. */

import { targetOf } from '../../../src/client/address.ts';

/** `host`, `host:port` and IPv6 addresses become URLs; a URL stays as it is. */
export function brokerUrl(text: string): string {
  const trimmed = text.trim();
  if (trimmed.includes('://')) return trimmed;
  const isBareIpv6 = trimmed.split(':').length > 2 && !trimmed.startsWith('[');
  return `mqtt://${isBareIpv6 ? `[${trimmed}]` : trimmed}`;
}

export function isBrokerAddress(text: string): boolean {
  try {
    targetOf({ url: brokerUrl(text) }, {});
    return true;
  } catch {
    return false;
  }
}

/** With a TLS configuration the plain protocols mean their encrypted forms. */
export function encrypted(url: string): string {
  return url.replace(/^(mqtt|tcp):/, 'mqtts:').replace(/^ws:/, 'wss:');
}

export function isHttpAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
