/**
 * Owns the header of the PROXY protocol (versions 1 and 2), by which a balancer says in front of a connection whose it is. Takes of it the
 * address of the client alone.
 */

import { isIPv4, isIPv6 } from 'node:net';

export interface ProxyHeader {
  /** What stands behind it is the client's. */
  readonly bytes: number;
  /** Undefined: the balancer speaks for itself, or does not know. */
  readonly address: string | undefined;
}

const WORD = Buffer.from('PROXY ');
const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const LINE_BYTES = 107;
const FIXED_BYTES = 16;
/** Addresses, and what a balancer may say of the client's TLS. */
const MOST_BYTES = 2048;
const COMMAND = { local: 0x20, proxy: 0x21 } as const;
const FAMILY = { ipv4: 1, ipv6: 2 } as const;

/** Undefined: there is more to come. @throws Error for what is no header */
export function readProxyHeader(bytes: Buffer): ProxyHeader | undefined {
  if (beginsLike(bytes, SIGNATURE)) return readBinary(bytes);
  if (beginsLike(bytes, WORD)) return readLine(bytes);
  throw new Error('there is no header of the PROXY protocol');
}

/** As far as there are bytes. */
function beginsLike(bytes: Buffer, expected: Buffer): boolean {
  const length = Math.min(bytes.length, expected.length);
  return bytes.subarray(0, length).equals(expected.subarray(0, length));
}

function readLine(bytes: Buffer): ProxyHeader | undefined {
  const end = bytes.subarray(0, LINE_BYTES).indexOf('\r\n');
  if (end < 0 && bytes.length < LINE_BYTES) return undefined;
  if (end < 0) throw new Error('the line of the PROXY protocol has no end');
  const [, kind = '', address = ''] = bytes.toString('latin1', 0, end).split(' ');
  const isValid = kind === 'TCP4' ? isIPv4(address) : kind === 'TCP6' && isIPv6(address);
  if (!isValid && kind !== 'UNKNOWN') throw new Error('the line of the PROXY protocol has no address');
  return { bytes: end + 2, address: isValid ? address : undefined };
}

function readBinary(bytes: Buffer): ProxyHeader | undefined {
  if (bytes.length < FIXED_BYTES) return undefined;
  const length = FIXED_BYTES + bytes.readUInt16BE(14);
  if (length > MOST_BYTES) throw new Error(`a header of the PROXY protocol has ${length} bytes`);
  if (bytes.length < length) return undefined;
  const command = bytes[12];
  if (command === COMMAND.local) return { bytes: length, address: undefined };
  if (command !== COMMAND.proxy) throw new Error('a header of the PROXY protocol is of another version');
  return { bytes: length, address: addressIn(bytes.subarray(FIXED_BYTES, length), (bytes[13] ?? 0) >> 4) };
}

function addressIn(body: Buffer, family: number): string | undefined {
  if (family === FAMILY.ipv4 && body.length >= 12) return [...body.subarray(0, 4)].join('.');
  if (family !== FAMILY.ipv6 || body.length < 36) return undefined;
  const groups = Array.from({ length: 8 }, (_, at) => body.readUInt16BE(at * 2).toString(16));
  // In its shortest form, as a socket says it.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
