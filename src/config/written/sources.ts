/** Owns the three sources of settings, and what it means when a file cannot be read. */

import { resolve } from 'node:path';
import { ENVIRONMENT } from '../config-error.ts';
import { SETTING_NAMES } from '../schema.ts';
import { isUnset, type Reading } from './entry.ts';
import { readOptions } from './options-file.ts';
import { readYaml } from './yaml-file.ts';

const DEFAULT_YAML = 'nestmtx-bridge.yaml';
const NOTHING: Reading = { entries: [], problems: [] };

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Files {
  /** What relative paths are relative to, and where the default YAML file is looked for. */
  readonly cwd: string;
  /** Returns the text of a file, or throws as `readFileSync` does. */
  readonly readFile: (path: string) => string;
  /** Path of a flat JSON file whose keys are setting names in lower case; it must exist. */
  readonly optionsFile?: string | undefined;
  /** Keys of the options file that are no settings: the caller reads them itself. */
  readonly ownOptions?: readonly string[] | undefined;
}

/** @param named the file that somebody asked for; without it, the default one may be absent */
export function readYamlFile(files: Files, named: string | undefined): Reading {
  const source = named || DEFAULT_YAML;
  const { text, fault } = attempt(files, source);
  if (text !== undefined) return readYaml(text, source);
  if (named) return unreadable('CONFIG', ENVIRONMENT, JSON.stringify(named), fault);
  return fault === 'ENOENT' ? NOTHING : unreadable('', source, '', fault);
}

/** Variables that are no setting of ours belong to somebody else and are passed over. */
export function readEnvironment(env: Environment): Reading {
  const entries = SETTING_NAMES.map((name) => ({ name, key: name, source: ENVIRONMENT, written: env[name] }));
  return { entries: entries.filter(({ written }) => !isUnset(written)), problems: [] };
}

export function readOptionsFile(files: Files): Reading {
  const { optionsFile: source, ownOptions = [] } = files;
  if (source === undefined) return NOTHING;
  const { text, fault } = attempt(files, source);
  return text === undefined ? unreadable('', source, '', fault) : readOptions(text, source, ownOptions);
}

/** The text of a file, or the system's code of why it cannot be read. */
export function attempt({ cwd, readFile }: Files, path: string): { text?: string; fault?: string } {
  try {
    return { text: readFile(resolve(cwd, path)) };
  } catch (error) {
    return { fault: error instanceof Error && 'code' in error ? String(error.code) : 'unreadable' };
  }
}

function unreadable(key: string, source: string, value: string, fault = ''): Reading {
  return { entries: [], problems: [{ key, source, value, expected: `a readable file (${fault})` }] };
}
