/** Owns whether NestMTX accepts a token, for those who hear events unasked: asked there, and believed for a minute. */

import type { Client } from '../client/client.ts';
import type { Clock } from '../core/ports.ts';
import { ApiError } from '../protocol/api-error.ts';

const BELIEVED_MS = 60_000;
const MAX_TOKENS = 1000;

/** The result never rejects; it resolves with undefined while NestMTX does not answer. */
export function createAdmission(client: Client, clock: Clock): (token: string) => Promise<boolean | undefined> {
  const known = new Map<string, { readonly answer: Promise<boolean | undefined>; believedUntil: number }>();

  function ask(token: string): Promise<boolean | undefined> {
    // Nobody may fill our memory with tokens of their invention.
    const [oldest] = known.keys();
    if (known.size >= MAX_TOKENS && oldest !== undefined) known.delete(oldest);
    const answer = isAccepted(client, token).then((isGood) => {
      // Nobody could tell: the next one asks again.
      if (isGood === undefined && known.get(token) === entry) known.delete(token);
      return isGood;
    });
    const entry = { answer, believedUntil: clock.monotonicMs() + BELIEVED_MS };
    known.delete(token);
    known.set(token, entry);
    return answer;
  }

  return (token) => {
    const before = known.get(token);
    return before && clock.monotonicMs() < before.believedUntil ? before.answer : ask(token);
  };
}

async function isAccepted(client: Client, token: string): Promise<boolean | undefined> {
  const payload = { search: null, page: 1, itemsPerPage: 1, sortBy: null };
  try {
    await client.request({ command: 'list', module: 'cameras', payload, token });
    return true;
  } catch (error) {
    return error instanceof ApiError && error.code === 'unauthorized' ? false : undefined;
  }
}
