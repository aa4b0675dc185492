/** Owns reading the options that Home Assistant's Supervisor writes: one flat JSON object, names in lower case. */

import type { Problem } from '../config-error.ts';
import { BY_LOWER_CASE, type Entry, isUnset, type Reading, unknownKey } from './entry.ts';

const SPELLINGS = new Map([...BY_LOWER_CASE.keys()].map((key) => [key, key]));

/** @param ownOptions keys that the caller reads itself and that are no settings */
export function readOptions(text: string, source: string, ownOptions: readonly string[]): Reading {
  const options = parseObject(text);
  if (!options) return { entries: [], problems: [{ key: '', source, value: '', expected: 'a JSON object' }] };
  const entries: Entry[] = [];
  const problems: Problem[] = [];
  for (const [key, written] of Object.entries(options)) {
    const name = BY_LOWER_CASE.get(key);
    if (name && !isUnset(written)) entries.push({ name, key, source, written });
    if (!name && !ownOptions.includes(key)) problems.push(unknownKey(key, source, SPELLINGS));
  }
  return { entries, problems };
}

/** The parser's own message would quote the text, which may hold secrets. */
function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
