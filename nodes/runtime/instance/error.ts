/** Owns what the instance API refused: its own words, its status, and a code for programs; refuses to carry anything else of the answer. */

import { isObject } from '../../../src/protocol/envelope.ts';
import type { ErrorCode } from '../../../src/protocol/errors.ts';

/** As those of the other nodes; `conflict` for all that the state of the instance forbids, `refused` for the rest. */
type RefusalCode = ErrorCode | 'conflict' | 'refused';

const CODES: Readonly<Record<number, RefusalCode>> = {
  400: 'invalid_payload',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  412: 'conflict',
  429: 'too_many_requests',
  503: 'unavailable',
};

export class InstanceApiError extends Error {
  readonly code: RefusalCode;
  readonly status: number;

  /** @param reason what the API says beside its message */
  constructor(status: number, message: string, { code, reason }: { code?: RefusalCode; reason?: string } = {}) {
    // Of what an error carries beside its message and its code, Node-RED hands on only this to the Catch nodes.
    super(message, { cause: { status, ...(reason === undefined ? {} : { error: reason }) } });
    this.name = 'InstanceApiError';
    this.status = status;
    this.code = code ?? CODES[status] ?? (status >= 500 ? 'internal' : 'refused');
  }
}

/** @param body parsed where it was JSON, else the text: the 401 is one (contract 2.1) */
export function refusalOf(status: number, body: unknown): InstanceApiError {
  if (status < 400)
    return new InstanceApiError(status, `the instance API leads elsewhere (${status}): enter that address`);
  const { message, error } = isObject(body) ? body : { message: undefined, error: undefined };
  if (typeof message === 'string') {
    return new InstanceApiError(status, message, typeof error === 'string' ? { reason: error } : {});
  }
  if (typeof error === 'string') return new InstanceApiError(status, error);
  if (status === 401) return new InstanceApiError(status, 'Unauthorized');
  // A page of a proxy, or Express' own 404: nothing that a flow could use.
  return new InstanceApiError(status, `the instance API answered ${status} without a message`);
}
