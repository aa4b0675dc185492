/** Holds a bridge that stands alone to its word: it loads nothing of NATS, and nothing of what a cluster needs. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a start loads at once: `import()` is not followed. */
function loaded(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file) || !existsSync(file)) return seen;
  seen.add(file);
  for (const [, kind, target = ''] of readFileSync(file, 'utf8').matchAll(
    /^(?:import|export)( type)?\b[^'"]*?from '(\.[^']+)'/gm,
  ))
    if (kind === undefined) loaded(resolve(dirname(file), target), seen);
  return seen;
}

it.each(['src/main.ts', 'addon/main.ts'])('a start by %s loads no client of NATS', (entry) => {
  const files = [...loaded(join(root, entry))];
  expect(files.length).toBeGreaterThan(200);
  const withNats = files.filter((file) => /^import (?!type\b).*'@nats-io\//m.test(readFileSync(file, 'utf8')));
  expect(withNats).toEqual([]);
  // But for the name of what a folder may hold of it.
  const records = join(root, 'src/cluster/leases/records.ts');
  expect(files.filter((file) => file.startsWith(join(root, 'src/cluster/')))).toEqual([records]);
});
