/** Holds docs/errors.md and the catalogue equal: no code without a row, no row without a code. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ERRORS } from '../../src/protocol/errors.ts';

it('docs/errors.md has exactly one row per error, with the words of the catalogue', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const expected = Object.entries(ERRORS).map(([code, { message, status, retryable, cure }]) => {
    const words = message === null ? '*depends on the case*' : `\`${message}\``;
    return `| \`${code}\` | ${words} | ${status} | ${retryable ? 'yes' : 'no'} | ${cure} |`;
  });
  expect(rows).toEqual(expected);
});
