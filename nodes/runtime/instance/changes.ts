/** Owns what an update changes of an instance; what a message leaves out stays as it is, and what the service refuses it is to say itself. */

import type { TypedValues } from '../typed-value.ts';

/** Properties of the dialog, each with its type beside it: `none` leaves as it is. */
export interface ChangeFields {
  readonly label: string;
  readonly labelType: string;
  readonly enabled: string;
  readonly enabledType: string;
  readonly expires: string;
  /** `never` besides the usual ones. */
  readonly expiresType: string;
}

/** @throws Error in words for the user */
export async function changesOf(fields: ChangeFields, values: TypedValues): Promise<object> {
  const label = await values.read(fields.label, fields.labelType);
  const enabled = await values.read(fields.enabled, fields.enabledType);
  const expires = fields.expiresType === 'never' ? null : await values.read(fields.expires, fields.expiresType);
  if (label === undefined && enabled === undefined && expires === undefined) {
    throw new Error('update needs something to change: the label, whether it is enabled, or when it expires');
  }
  // What is undefined is not in the JSON.
  return { label: label === '' ? null : label, enabled: flagOf(enabled), expires_at: momentOf(expires) };
}

/** A variable of the environment is always a text. */
function flagOf(value: unknown): unknown {
  return value === 'true' || value === 'false' ? value === 'true' : value;
}

/** Milliseconds since 1970, as Node-RED counts time, become what the service takes. */
function momentOf(value: unknown): unknown {
  if (typeof value !== 'number') return value;
  const moment = new Date(value);
  if (Number.isNaN(moment.getTime())) throw new Error('the time at which it expires is out of range');
  return moment.toISOString();
}
