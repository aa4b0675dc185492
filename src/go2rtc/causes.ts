/** Owns what is made of go2rtc's words about a source that it could not get. Pure; the words go no further. */

import type { Finding } from '../core/cameras/facts.ts';

/** The first that fits: of several sources of one stream, the one that answered tells most. */
const CAUSES: readonly (readonly [RegExp, Finding])[] = [
  [/user\/pass|unauthori[sz]ed|\b40[13]\b|failed authentication/i, 'unauthorised'],
  [/wrong response on DESCRIBE|\b404\b|not found/i, 'wrong-path'],
  [/certificate|x509/i, 'unverified'],
  [/connection refused/i, 'refused'],
  [/no route to host|no such host|network is unreachable|host is down|server misbehaving/i, 'unreachable'],
  [/timeout|timed out|deadline exceeded/i, 'silent'],
];

export function findingOf(words: string): Finding {
  return CAUSES.find(([pattern]) => pattern.test(words))?.[1] ?? 'broken';
}
