/** Owns the shape of what other programs tell or ask us outside of the API: often, in bursts, and waiting for the answer. */

import type { JsonObject } from '../protocol/envelope.ts';

export interface DirectCall {
  /** The last part of the address. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** IP address of the peer itself, which may be a proxy. */
  readonly address: string | undefined;
}

/** What answers POSTs below one path. */
export interface DirectRoute {
  /** Judges a call before its body is read. @throws ApiError to refuse it */
  admit(call: DirectCall): void;
  /** @returns the HTTP status, without a body. @throws ApiError to answer with its status and body */
  answer(call: DirectCall, body: JsonObject): number | Promise<number>;
}
