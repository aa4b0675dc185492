/** Owns that a text turns round nothing beside it: signs that order the direction of writing are not drawn, and what is written from right to left stays within itself. */

/** Marks, embeddings, overrides and isolates: https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters */
const SIGNS = '\\u061C\\u200E\\u200F\\u202A-\\u202E\\u2066-\\u2069';
const [ISOLATE, END] = ['\u2068', '\u2069'];
const SIGN = new RegExp(`[${SIGNS}]`, 'g');
const WHOLE_OR_SIGN = new RegExp(`(${ISOLATE}[^${SIGNS}]*${END})|[${SIGNS}]`, 'g');
const FROM_THE_RIGHT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Nko}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** As a value stands in a sentence. */
export function isolated(text: string): string {
  const plain = text.replace(SIGN, '');
  return FROM_THE_RIGHT.test(plain) ? ISOLATE + plain + END : plain;
}

/** As a text is drawn: what is isolated as a whole stays so, and no other sign is left. */
export function contained(text: string): string {
  return text.replace(WHOLE_OR_SIGN, (_, whole = '') => whole);
}
