/** Owns how the suites read a document: its parts by pointer, and its schemas as something that validates. */

import type { Ajv } from 'ajv';

/** Unescaped; encoded as RFC 6901 wants it in a fragment. */
export type Pointer = readonly (string | number)[];

export interface Checker {
  /** What is wrong with `value` by the schema at `pointer`, as text; empty when nothing is. */
  faults(pointer: Pointer, value: unknown): string;
}

/** @param ajv of the dialect that the document's schemas are written in */
export function checker(ajv: Ajv, document: object): Checker {
  const isMoment = (text: string) =>
    /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
  ajv.addFormat('date-time', isMoment);
  ajv.addFormat('uri', (text: string) => URL.canParse(text));
  ajv.addSchema(document, 'document', true, false);
  return {
    faults(pointer, value) {
      const name = `document#${fragment(pointer)}`;
      const validate = ajv.getSchema(name);
      if (!validate) throw new Error(`there is no schema at ${name}`);
      return validate(value) ? '' : `${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`;
    },
  };
}

function fragment(pointer: Pointer): string {
  const escaped = pointer.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'));
  return escaped.map((key) => `/${encodeURIComponent(key)}`).join('');
}
