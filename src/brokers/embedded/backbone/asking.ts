/** Owns questions that every other broker has to answer: one that may still serve somebody must not be left out. */

import type { Exchange } from '../../../core/cluster/exchange.ts';
import { ApiError } from '../../../protocol/api-error.ts';
import { write } from './texts.ts';

/** One that lives answers, and any other is taken for lost before that. */
const SEND_AWAY_MS = 12_000;

/** @throws ApiError `unavailable` where one has not answered */
export async function askAll(exchange: Exchange, question: string, ...texts: string[]): Promise<readonly Uint8Array[]> {
  const { answers, silent } = await exchange.ask(question, write(...texts), SEND_AWAY_MS);
  if (silent.length === 0) return answers;
  throw new ApiError('unavailable', { message: `${silent.length} of the other bridges have not answered` });
}
