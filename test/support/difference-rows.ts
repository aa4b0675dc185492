/** Owns the table in docs/protocol.md of what differs from NestMTX, as the texts of its first column. */

import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
const [, section = ''] = page.split('## What differs from NestMTX');

export const DIFFERENCES: readonly string[] = [...section.matchAll(/^\| (?!NestMTX|---)(.+?) \| .+ \| .+ \|$/gm)].map(
  ([, there = '']) => there,
);
