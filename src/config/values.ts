/** Owns the step from what a user wrote to the value of a setting, and the words for what would have been right. */

import { FORMATS } from './formats.ts';
import type { Setting } from './schema.ts';

const SHOWN_CHARACTERS = 60;
const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
};

/** Reads text as the type of the setting. What cannot be read stays as it is, for the schema to refuse. */
export function coerce(written: unknown, setting: Setting): unknown {
  if (setting.type === 'array') return typeof written === 'string' ? listOf(written) : written;
  if (typeof written === 'number' || typeof written === 'boolean') return coerce(String(written), setting);
  if (typeof written !== 'string') return written;
  const word = written.trim().toLowerCase();
  if (setting.type === 'boolean') return Object.hasOwn(FLAGS, word) ? FLAGS[word] : written;
  if (setting.type === 'integer') return /^-?\d{1,15}$/.test(word) ? Number(word) : written;
  return written;
}

/** What the setting accepts; completes "expected …". */
export function accepted(setting: Setting): string {
  if (setting.type === 'boolean') return 'true or false';
  if (setting.type === 'array') return `a comma separated list, each ${wordsOf(setting.items?.format)}`;
  if (setting.enum) return `one of ${setting.enum.join(', ')}`;
  if (setting.minLength !== undefined) return `at least ${setting.minLength} characters`;
  if (setting.type === 'string') return wordsOf(setting.format);
  const { minimum = 0, maximum } = setting;
  return maximum === undefined ? `a whole number from ${minimum}` : `a whole number from ${minimum} to ${maximum}`;
}

/** A value as it may be shown: secrets masked, long values cut. */
export function shown(written: unknown, setting: Setting): string {
  if (setting.writeOnly) return '[redacted]';
  if (typeof written === 'object' && !Array.isArray(written)) return 'nested settings';
  const text = JSON.stringify(written) ?? 'nothing';
  // A password can also stand where none belongs: in a URL.
  const masked = text.replace(/\/\/[^/]*@/g, '//[redacted]@');
  return masked.length > SHOWN_CHARACTERS ? `${masked.slice(0, SHOWN_CHARACTERS)}…` : masked;
}

function listOf(written: string): string[] {
  return written.split(',').map((item) => item.trim());
}

function wordsOf(format: string | undefined): string {
  return (format !== undefined && Object.hasOwn(FORMATS, format) && FORMATS[format]?.words) || 'text';
}
