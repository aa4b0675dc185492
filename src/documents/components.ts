/** Owns the schemas that a document names: one with a title is written down once, and referred to from wherever it is used. */

import type { Schema } from '../core/requests/validation.ts';
import { isObject } from '../protocol/envelope.ts';

export interface Components {
  /** A schema of what clients send, as it validates. */
  sent(schema: Schema): Schema;
  /** A schema of what clients receive: open, since new keys may be appended (N-00) and must not break who was there before. */
  received(schema: Schema): Schema;
  /** By title. */
  readonly schemas: Readonly<Record<string, Schema>>;
}

export function createComponents(): Components {
  const schemas: Record<string, Schema> = {};

  function refer(schema: Schema, isOpen: boolean): Schema {
    const written = Object.fromEntries(
      Object.entries(schema)
        .filter(([key, value]) => !(isOpen && key === 'additionalProperties' && value === false))
        .map(([key, value]) => [key, referInside(value, isOpen)]),
    );
    const { title } = schema;
    if (typeof title !== 'string') return written;
    if (schemas[title] && JSON.stringify(schemas[title]) !== JSON.stringify(written)) {
      throw new Error(`two schemas are titled ${title}`);
    }
    schemas[title] = written;
    return { $ref: `#/components/schemas/${title}` };
  }

  function referInside(value: unknown, isOpen: boolean): unknown {
    if (Array.isArray(value)) return value.map((item) => referInside(item, isOpen));
    return isObject(value) ? refer(value, isOpen) : value;
  }

  return { sent: (schema) => refer(schema, false), received: (schema) => refer(schema, true), schemas };
}
