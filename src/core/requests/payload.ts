/** Owns what a payload is read as before it is judged: texts that stand for something else, and what was only written back (N-22). */

import { isObject, type JsonObject } from '../../protocol/envelope.ts';
import type { Schema } from './validation.ts';

interface Reading {
  readonly schema?: Schema;
  /** The object that the module answers: its keys are no offence in what comes back. */
  readonly writtenBack?: Schema;
}

/** On every transport: `"true"` is true where a truth value is due, `""` null where that is allowed. */
export function readPayload(payload: JsonObject, { schema = {}, writtenBack = {} }: Reading): JsonObject {
  const taken = propertiesOf(schema);
  const ignored = propertiesOf(writtenBack);
  const kept = Object.entries(payload).filter(([key]) => Object.hasOwn(taken, key) || !Object.hasOwn(ignored, key));
  return inside(Object.fromEntries(kept), schema, false);
}

/** What came as nothing but texts, in a form or a query: `"7"` is 7 where a number is due. */
export function fromTexts(texts: JsonObject, schema: Schema = {}): JsonObject {
  return inside(texts, schema, true);
}

function inside(payload: JsonObject, schema: Schema, areTexts: boolean): JsonObject {
  const properties = propertiesOf(schema);
  return Object.fromEntries(
    Object.entries(payload).map(([key, value]) => {
      const meant = Object.hasOwn(properties, key) ? properties[key] : undefined;
      return [key, isObject(meant) ? read(value, meant, areTexts) : value];
    }),
  );
}

function read(value: unknown, schema: Schema, areTexts: boolean): unknown {
  if (isObject(value)) return inside(value, schema, areTexts);
  const types: readonly unknown[] = [schema['type']].flat();
  if (typeof value !== 'string') return value;
  if (value === '' && types.includes('null')) return null;
  if ((value === 'true' || value === 'false') && types.includes('boolean')) return value === 'true';
  const isNumber = areTexts && types.includes('integer') && /^-?\d{1,15}$/.test(value);
  return isNumber ? Number(value) : value;
}

function propertiesOf(schema: Schema): JsonObject {
  const { properties } = schema;
  return isObject(properties) ? properties : {};
}
