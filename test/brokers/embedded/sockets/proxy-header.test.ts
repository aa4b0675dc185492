/** What is read of the PROXY protocol: whose a connection is, from its first two versions, in however many pieces they come. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readProxyHeader } from '../../../../src/brokers/embedded/sockets/proxy-header.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';

function binary(command: number, family: number, body: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length);
  return Buffer.concat([Buffer.from(SIGNATURE, 'hex'), Buffer.of(command, family), length, body]);
}

const ports = Buffer.from('e1ac075b', 'hex');
const V4 = Buffer.concat([Buffer.of(192, 0, 2, 7, 10, 0, 0, 1), ports]);
const V6 = Buffer.concat([Buffer.from(`20010db8${'00'.repeat(11)}2a`, 'hex'), Buffer.alloc(16), ports]);
const MQTT = Buffer.from('100c00044d51545404020000', 'hex');

const headers = {
  'a line of TCP over IPv4': [Buffer.from('PROXY TCP4 192.0.2.7 10.0.0.1 57772 1883\r\n'), '192.0.2.7'],
  'a line of TCP over IPv6': [Buffer.from('PROXY TCP6 2001:db8::2a ::1 57772 1883\r\n'), '2001:db8::2a'],
  'a line that knows nothing': [Buffer.from('PROXY UNKNOWN\r\n'), undefined],
  'a line that knows nothing, with addresses': [Buffer.from('PROXY UNKNOWN ff ff 1 2\r\n'), undefined],
  'TCP over IPv4': [binary(0x21, 0x11, V4), '192.0.2.7'],
  'TCP over IPv4, and more than addresses': [binary(0x21, 0x11, Buffer.concat([V4, Buffer.alloc(500)])), '192.0.2.7'],
  'TCP over IPv6': [binary(0x21, 0x21, V6), '2001:db8::2a'],
  'a balancer that looks whether somebody is there': [binary(0x20, 0x00, Buffer.alloc(0)), undefined],
  'a socket of UNIX': [binary(0x21, 0x31, Buffer.alloc(216)), undefined],
} as const;

describe('a header of the PROXY protocol', () => {
  it.each(Object.entries(headers))('tells whose it is: %s', (_name, [bytes, address]) => {
    expect(readProxyHeader(bytes)).toEqual({ bytes: bytes.length, address });
  });

  it('is waited for until it is whole, and what stands behind it is the client’s', () => {
    for (const [bytes, address] of Object.values(headers)) {
      for (let end = 0; end < bytes.length; end += 1) expect(readProxyHeader(bytes.subarray(0, end))).toBeUndefined();
      expect(readProxyHeader(Buffer.concat([bytes, MQTT]))).toEqual({ bytes: bytes.length, address });
    }
  });

  it.each([
    ['MQTT', MQTT],
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a line without an address', Buffer.from('PROXY TCP4 somebody 10.0.0.1 1 2\r\n')],
    ['a line with an address of the other kind', Buffer.from('PROXY TCP4 2001:db8::2a ::1 1 2\r\n')],
    ['a line without an end', Buffer.from(`PROXY TCP4 ${'1'.repeat(200)}`)],
    ['a third version', binary(0x31, 0x11, V4)],
    ['more than a header has', binary(0x21, 0x11, Buffer.alloc(4000))],
  ])('is refused where there is none: %s', (_name, bytes) => {
    expect(() => readProxyHeader(bytes)).toThrow(/PROXY protocol/);
  });

  it('is read, waited for or refused, whatever bytes come', () => {
    const begun = fc.constantFrom('', 'PROXY ', 'PROXY TCP4 ').map((text) => Buffer.from(text));
    const signed = fc.constant(Buffer.from(`${SIGNATURE}21`, 'hex'));
    fc.assert(
      fc.property(fc.oneof(begun, signed), fc.uint8Array({ maxLength: 300 }), (start, rest) => {
        const bytes = Buffer.concat([start, rest]);
        try {
          expect(readProxyHeader(bytes)?.bytes ?? 0).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect(String(error)).toMatch(/PROXY protocol/);
        }
      }),
    );
  });
});
