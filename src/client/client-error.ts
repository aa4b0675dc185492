/** Owns what can go wrong on this side of the wire; what the server refuses is an ApiError instead. */

/**
 * `not_connected`: no broker at the moment, nothing was sent or no answer can come any more · `timeout`: no answer in time ·
 * `aborted`: by the caller's signal · `closed`: the client was closed · `refused`: the broker forbids it ·
 * `invalid_options`: the client cannot be made from these options
 */
export type ClientErrorCode = 'not_connected' | 'timeout' | 'aborted' | 'closed' | 'refused' | 'invalid_options';

export class ClientError extends Error {
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ClientError';
    this.code = code;
  }
}
