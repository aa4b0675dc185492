/** Owns where our package lies and which version it is. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** With a slash at its end. */
export const PACKAGE_ROOT: string = findRoot();

export const VERSION: string = JSON.parse(readFileSync(`${PACKAGE_ROOT}package.json`, 'utf8')).version;

/** The sources lie one level below it, what is built from them two. */
function findRoot(): string {
  const [root] = ['../', '../../']
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .filter((path) => existsSync(`${path}package.json`));
  if (root === undefined) throw new Error(`no package.json above ${import.meta.url}`);
  return root;
}
