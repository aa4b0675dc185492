/** Owns what can go wrong on this side of the wire; what the server refuses is an ApiError instead. */

/**
 * `not_connected`: no broker at the moment, nothing was sent or no answer can come any more · `timeout`: no answer in time ·
 * `aborted`: by the caller's signal · `closed`: the client was closed · `refused`: the broker forbids it ·
 * `too_large`, `invalid_topic`: the broker would end the connection over it, so it was not sent ·
 * `invalid_options`: the client cannot be made from these options
 */
export type ClientErrorCode =
  | 'not_connected'
  | 'timeout'
  | 'aborted'
  | 'closed'
  | 'refused'
  | 'too_large'
  | 'invalid_topic'
  | 'invalid_options';

export class ClientError extends Error {
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ClientError';
    this.code = code;
  }
}
