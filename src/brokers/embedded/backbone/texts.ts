/** Owns how questions between brokers and their answers are written: texts and whole numbers, one behind the other. */

import { Body } from '../kept/records/body.ts';
import { Fields } from '../kept/records/fields.ts';

export function write(...values: readonly (string | number)[]): Buffer {
  const body = new Body();
  for (const value of values) {
    if (typeof value === 'string') body.text(value);
    else body.integer(value);
  }
  const { parts, length } = body.take();
  return Buffer.concat(parts, length);
}

export function read(bytes: Uint8Array): Fields {
  return new Fields(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
}
