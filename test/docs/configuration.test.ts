/** Pins that the example and the documentation say what the schema says. */

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { SETTING_NAMES, SETTINGS } from '../../src/config/schema.ts';
import { accepted } from '../../src/config/values.ts';

const repository = new URL('../../', import.meta.url);
const example = readFileSync(new URL('examples/nestmtx-bridge.yaml', repository), 'utf8');
const page = readFileSync(new URL('docs/configuration.md', repository), 'utf8');

test('loading the example gives the built-in defaults', () => {
  const absent = () => {
    throw Object.assign(new Error(), { code: 'ENOENT' });
  };
  const { inForce: _, ...defaults } = loadConfig({ env: {}, cwd: '/', readFile: absent });
  expect(loadConfig({ env: { CONFIG: 'example' }, cwd: '/', readFile: () => example })).toMatchObject(defaults);
});

test('the example shows every setting', () => {
  const paths = SETTING_NAMES.map((name) => SETTINGS[name].yaml);
  expect(new Set(leavesOf(parse(example)))).toEqual(new Set(paths));
});

test('the table of the page is the schema', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const expected = SETTING_NAMES.map((name) => {
    const { yaml, description, default: value } = SETTINGS[name];
    const none = value === undefined || (Array.isArray(value) && value.length === 0);
    return `| \`${name}\` | \`${yaml}\` | ${none ? 'none' : `\`${value}\``} | ${accepted(SETTINGS[name])} | ${description} |`;
  });
  expect(rows.sort()).toEqual(expected.sort());
});

function leavesOf(node: unknown, path: string[] = []): string[] {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return [path.join('.')];
  return Object.entries(node).flatMap(([key, child]) => leavesOf(child, [...path, key]));
}
