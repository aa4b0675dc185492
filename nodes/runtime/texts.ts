/** Owns how the runtime names a text, such that the editor shows it in its own language wherever it stands, in a subflow too. */

import { PACKAGE } from './package.ts';

/** @param key below the node's own, as `status.offline` */
export function textKey(type: string, key: string): string {
  return `${PACKAGE}/${type}:${type}.${key}`;
}

/**
 * A text with values in it. The editor looks up a status that begins with a letter; where it finds no such key it shows the status itself, in
 * which i18next has put other texts in place of `$t(...)`: https://www.i18next.com/translation-function/nesting
 */
export function textWith(type: string, key: string, values: Readonly<Record<string, string | number>>): string {
  return `NestMTX: $t(${textKey(type, key)}, ${JSON.stringify(values)})`;
}
