/** Holds the first step of who wants the Node-RED nodes: the name to type is said where somebody looks for it, and is that of the package. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { name } = JSON.parse(read('nodes/package.json')) as { readonly name: string };

it.each(['README.md', 'nodes/README.md'])('%s says how the nodes are installed from the palette', (path) => {
  expect(read(path)).toContain(`*Manage palette* → *Install*, type \`${name}\``);
});
