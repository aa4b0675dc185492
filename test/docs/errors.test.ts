/** Holds docs/errors.md and the two catalogues equal: no code without a row, no row without a code. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { NODE_ERRORS } from '../../nodes/runtime/errors.ts';
import { SNAPSHOT_FAULTS } from '../../src/protocol/entities/watching/snapshot.ts';
import { STREAM_FAULTS } from '../../src/protocol/entities/watching/stream.ts';
import { ERRORS } from '../../src/protocol/errors.ts';

const [ofApi = '', ofNodes = ''] = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8').split(
  '\n## ',
);

function rowsOf(section: string): string[] {
  return section.split('\n').filter((line) => line.startsWith('| `'));
}

it('docs/errors.md has exactly one row per error of the API, with the words of the catalogue', () => {
  const expected = Object.entries(ERRORS).map(([code, { message, status, retryable, cure }]) => {
    const words = message === null ? '*depends on the case*' : `\`${message}\``;
    return `| \`${code}\` | ${words} | ${status} | ${retryable ? 'yes' : 'no'} | ${cure} |`;
  });
  expect(rowsOf(ofApi)).toEqual(expected);
});

it('and one per error of the nodes, none of which the API has', () => {
  const expected = Object.entries(NODE_ERRORS).map(
    ([code, { meaning, retryable, cure }]) => `| \`${code}\` | ${meaning} | ${retryable ? 'yes' : 'no'} | ${cure} |`,
  );
  expect(rowsOf(ofNodes)).toEqual(expected);
  expect(Object.keys(NODE_ERRORS).filter((code) => Object.hasOwn(ERRORS, code))).toEqual([]);
});

it.each(Object.entries({ snapshot: SNAPSHOT_FAULTS, stream: STREAM_FAULTS }))(
  'docs/cameras.md has each reason why there is no %s, in its words',
  (what, faults) => {
    const page = readFileSync(new URL('../../docs/cameras.md', import.meta.url), 'utf8');
    const rows = page.split('\n').filter((line) => line.startsWith(`| \`${what}.`));
    const expected = Object.entries(faults).map(([fault, words]) => `| \`${what}.${fault}\` | ${words} |`);
    expect(rows.map((row) => row.replaceAll('`', ''))).toEqual(expected.map((row) => row.replaceAll('`', '')));
  },
);
