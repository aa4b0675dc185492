/** Owns reading settings from YAML text: places of faults, nested keys, and names that do not exist. */

import { createRequire } from 'node:module';
import type { Document } from 'yaml';
import type { Problem } from '../config-error.ts';
import { SETTING_NAMES, SETTINGS } from '../schema.ts';
import { BY_LOWER_CASE, type Entry, isUnset, type Reading, unknownKey } from './entry.ts';

const BY_PATH = new Map(SETTING_NAMES.map((name) => [SETTINGS[name].yaml, name]));
const SECTIONS = new Set([...BY_PATH.keys()].flatMap(sectionsAbove));
const SPELLINGS = new Map([
  ...[...BY_LOWER_CASE].map(([key, name]) => [key, SETTINGS[name].yaml] as const),
  ...[...SECTIONS, ...BY_PATH.keys()].map((path) => [path, path] as const),
]);

/** @param source the file as the user knows it */
export function readYaml(text: string, source: string): Reading {
  // Loaded where there is a file to read: many have none, and it is a tenth of what the service needs to start.
  const { LineCounter, parseDocument }: typeof import('yaml') = createRequire(import.meta.url)('yaml');
  const lines = new LineCounter();
  // Every scalar stays the text that was written (a password 0123 is not 83 or 123); only null is told apart.
  const document = parseDocument(text, {
    schema: 'failsafe',
    customTags: ['null'],
    stringKeys: true,
    prettyErrors: false,
    lineCounter: lines,
  });
  // A warning means that a value is not what it looks like, e.g. an unquoted password that begins with "!".
  const faults = [...document.errors, ...document.warnings].map(({ message, pos }) => {
    const { line, col } = lines.linePos(pos[0]);
    // Behind the colon the parser quotes the file, which may be a secret.
    const [reason = ''] = message.split(':', 1);
    return fault(source, `valid YAML; line ${line}, column ${col}: ${reason}`);
  });
  if (faults.length > 0) return { entries: [], problems: faults };
  return { ...readTree(document, source), empty: eaten(text, source) };
}

function readTree(document: Document, source: string): Reading {
  const entries: Entry[] = [];
  const problems: Problem[] = [];
  try {
    walk(document.toJS(), '');
  } catch {
    // Thrown for an alias without anchor, and for aliases that multiply without end.
    problems.push(fault(source, 'YAML whose aliases resolve; quote a value that begins with *'));
  }
  return { entries, problems };

  function walk(node: unknown, path: string): void {
    if (isUnset(node)) return;
    const name = BY_PATH.get(path);
    if (name) entries.push({ name, key: path, source, written: node });
    else if (path !== '' && !SECTIONS.has(path)) problems.push(unknownKey(path, source, SPELLINGS));
    else if (typeof node !== 'object' || node === null || Array.isArray(node)) problems.push(notSection(path, source));
    else for (const [key, value] of Object.entries(node)) walk(value, path === '' ? key : `${path}.${key}`);
  }
}

/** A value such as #abc is a comment to YAML. Behind a blank it is meant as one. */
function eaten(text: string, source: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    const key = /^\s*(\w+):[ \t]+#[^\s#]/.exec(line)?.[1];
    if (key === undefined) return [];
    return [
      `${key} in ${source}, line ${index + 1}, has no value: what begins with # is a comment, unless it is quoted`,
    ];
  });
}

function notSection(path: string, source: string): Problem {
  const [example] = [...BY_PATH.keys()].filter((key) => key.startsWith(path === '' ? '' : `${path}.`));
  return { key: path, source, value: '', expected: `settings below it, such as ${example}` };
}

function fault(source: string, expected: string): Problem {
  return { key: '', source, value: '', expected };
}

/** `mqtt.tls.key` stands in `mqtt` and `mqtt.tls`. */
function sectionsAbove(path: string): string[] {
  const levels = path.split('.');
  return levels.slice(1).map((_, index) => levels.slice(0, index + 1).join('.'));
}
