/** Owns the one form that every source of settings is read into; judges no value. */

import type { Problem } from '../config-error.ts';
import { SETTING_NAMES, type SettingName } from '../schema.ts';
import { nearest } from '../suggestion.ts';

/** A setting as the user wrote it. */
export interface Entry {
  readonly name: SettingName;
  readonly key: string;
  readonly source: string;
  readonly written: unknown;
}

export interface Reading {
  readonly entries: readonly Entry[];
  readonly problems: readonly Problem[];
  /** Of values that count as none, one sentence each. */
  readonly empty?: readonly string[];
}

/** Settings by their name in lower case: the keys of an options file, and what people try first in YAML. */
export const BY_LOWER_CASE: ReadonlyMap<string, SettingName> = new Map(
  SETTING_NAMES.map((name) => [name.toLowerCase(), name]),
);

/** Whether nothing was written: an empty value means the same as none. */
export function isUnset(written: unknown): boolean {
  return written === undefined || written === null || written === '';
}

/** @param spellings what could have been meant, to the name it should be written as */
export function unknownKey(key: string, source: string, spellings: ReadonlyMap<string, string>): Problem {
  const meant = spellings.get(nearest(key, spellings.keys()) ?? '');
  // The value is not shown: behind a misspelt key may be a password.
  return { key, source, value: '', expected: meant ? `a known setting, did you mean ${meant}?` : 'a known setting' };
}
