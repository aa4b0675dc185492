/** Owns what an update changes of an instance; what a message leaves out stays as it is, and what the service refuses it is to say itself. */

import { NodeError } from '../node-error.ts';
import type { TypedValues } from '../typed-value.ts';
import { shapeOf, textOf } from '../values.ts';
import type { InstanceFields } from './settings.ts';

/** @throws NodeError `invalid_value` */
export async function changesOf(fields: InstanceFields, values: TypedValues): Promise<object> {
  const label = await values.read('the label', fields.label, fields.labelType);
  const enabled = await values.read('“enabled”', fields.enabled, fields.enabledType);
  const expires =
    fields.expiresType === 'never' ? null : await values.read('the expiry', fields.expires, fields.expiresType);
  if (label === undefined && enabled === undefined && expires === undefined) {
    throw new NodeError(
      'invalid_value',
      'update needs something to change: the label, whether it is enabled, or when it expires',
    );
  }
  // What is undefined is not in the JSON.
  return { label: labelOf(label), enabled: flagOf(enabled), expires_at: momentOf(expires) };
}

/** An empty one removes it. */
function labelOf(value: unknown): unknown {
  if (value === undefined || value === null || value === '') return value === undefined ? undefined : null;
  const text = textOf(value);
  if (text === undefined) throw new NodeError('invalid_value', `the label must be a text, not ${shapeOf(value)}`);
  return text;
}

/** A variable of the environment may be a text. */
function flagOf(value: unknown): unknown {
  return value === 'true' || value === 'false' ? value === 'true' : value;
}

/** Milliseconds since 1970, as Node-RED counts time, become what the service takes. */
function momentOf(value: unknown): unknown {
  if (typeof value !== 'number') return value;
  const moment = new Date(value);
  if (Number.isNaN(moment.getTime()))
    throw new NodeError('invalid_value', 'the time at which it expires is out of range');
  return moment.toISOString();
}
