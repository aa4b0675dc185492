/**
 * Owns `npm run audit`: the packages of the lock file against the advisories that lie beside this, since the registry does not answer
 * everywhere. It can only find what is on the list: `npm audit` knows more where it works.
 */

import { readFileSync } from 'node:fs';
import { affectedPackages } from './affected.js';

const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
const [lockPath = 'package-lock.json', listPath = new URL('advisories.json', import.meta.url)] = process.argv.slice(2);
const { as_of: asOf, vulns } = read(listPath);
const found = affectedPackages(read(lockPath), vulns);

for (const { name, version, path, id, summary, dev } of found) {
  const where = dev ? `${path}, for development only` : path;
  process.stdout.write(`${id}: ${name} ${version} (${where}): ${summary} https://github.com/advisories/${id}\n`);
}
process.stdout.write(`${found.length} found among ${vulns.length} advisories as of ${asOf}\n`);
process.exitCode = found.length > 0 ? 1 : 0;
