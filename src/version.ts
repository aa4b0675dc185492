/** Owns our own version, read from the package. */

import { readFileSync } from 'node:fs';

export const VERSION: string = readVersion();

function readVersion(): string {
  // The compiled file lies one level deeper than the source: dist/src/ against src/.
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const { version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
      if (typeof version === 'string') return version;
    } catch {}
  }
  return 'unknown';
}
