/** Owns which hosts may be looked at because somebody names them: no group of hosts, and none that only speaks to its own link, as the metadata services of clouds do. */

import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

const REFUSED = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  REFUSED.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::', 128],
  ['fe80::', 10],
  ['fd00:ec2::', 32],
  ['ff00::', 8],
] as const) {
  REFUSED.addSubnet(network, bits, 'ipv6');
}

/** Whether a name may be looked up, or an address connected to. */
export function isAllowedHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 || isAllowedAddress(host);
}

/** A name leads where it leads at the moment of connecting: to none of those hosts either. */
export const allowedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const allowed = (found ?? []).filter(({ address }) => isAllowedAddress(address));
    const [first] = allowed;
    if (error) callback(error, '', 0);
    else if (!first) callback(Object.assign(new Error('not a host to look at'), { code: 'ENOTFOUND' }), '', 0);
    else if (options.all) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
};

/** Where a name leads now, if that may be connected to. */
export function allowedAddress(hostname: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    allowedLookup(hostname, {}, (error, address) =>
      resolve(error || typeof address !== 'string' ? undefined : address),
    );
  });
}

function isAllowedAddress(address: string): boolean {
  return !REFUSED.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
