/** Owns the example flows as the package ships them. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FlowNode } from './node-red.ts';

const FOLDER = fileURLToPath(new URL('../../../nodes/examples/', import.meta.url));

/** As the import dialog lists them. */
export const EXAMPLES: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length));

export function readExample(name: string): FlowNode[] {
  return JSON.parse(readFileSync(`${FOLDER}${name}.json`, 'utf8'));
}
