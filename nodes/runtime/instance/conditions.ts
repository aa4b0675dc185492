/** Owns the headers that make a call safe to repeat: the key of a creation, and the state that a change is meant for. */

import type { NodeMessageInFlow } from 'node-red';
import { NodeError } from '../node-error.ts';
import type { TypedValues } from '../typed-value.ts';
import type { InstanceFields } from './settings.ts';

type Headers = Readonly<Record<string, string>>;

/** @throws NodeError `invalid_value` where a condition is wanted and there is none: without it the change would go through */
export async function ifMatchOf({ ifMatch, ifMatchType }: InstanceFields, values: TypedValues): Promise<Headers> {
  if (ifMatchType === 'none') return {};
  const etag = await values.readText('the ETag', ifMatch, ifMatchType);
  if (!/^"[!\u0023-\u007e]*"$/.test(etag ?? '')) {
    throw new NodeError('invalid_value', 'there is no ETag such as msg.etag after a read');
  }
  return { 'if-match': String(etag) };
}

interface CreationKey {
  readonly headers: Headers;
  /** The message takes the key along, so that a flow that sends it again creates nothing twice. */
  keep(): void;
  /** The next creation for this message is another one. */
  forget(): void;
}

/**
 * @param generate a key that nobody has
 * @throws NodeError `invalid_value` where the key is to come from somewhere, and does not
 */
export async function creationKeyOf(
  { idempotencyKey, idempotencyKeyType }: InstanceFields,
  values: TypedValues,
  msg: NodeMessageInFlow & { idempotencyKey?: unknown },
  generate: () => string,
): Promise<CreationKey> {
  const isOurs = idempotencyKeyType === 'auto';
  const asked = isOurs ? msg.idempotencyKey : await values.readText('the key', idempotencyKey, idempotencyKeyType);
  const key = asked === undefined && isOurs ? generate() : asked;
  if (typeof key !== 'string' || !/^[\u0021-\u007e]{1,255}$/.test(key)) {
    throw new NodeError('invalid_value', 'the key of a creation must have 1 to 255 letters, digits or signs');
  }
  return {
    headers: { 'idempotency-key': key },
    keep: () => {
      if (isOurs) msg.idempotencyKey = key;
    },
    forget: () => {
      if (isOurs) delete msg.idempotencyKey;
    },
  };
}
