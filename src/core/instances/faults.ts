/** Owns the one failure of a broker that the contract has words of its own for (contract 1.7, 3.5). */

import { ApiError } from '../../protocol/api-error.ts';

const WORDS = 'Error finding instance user';

/** For provisioners: the look-up of an account failed. An account that is absent is no failure. */
export function lookUpFailed(cause: unknown): ApiError {
  return new ApiError('unavailable', { message: WORDS, cause });
}

export function isLookUpFailure(error: ApiError): boolean {
  return error.code === 'unavailable' && error.message === WORDS;
}
