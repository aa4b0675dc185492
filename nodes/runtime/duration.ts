/** Owns how long something lasts, as people write it: `30 s`, `5 min`, `1.5 h`; a plain number is seconds. Used at both ends. */

/** What people write, in English and in German, and how many milliseconds each is. */
const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^ms$/, 1],
  [/^(s(ec(onds?)?)?|sek(unden?)?)?\.?$/, 1000],
  [/^(m|min(ute[sn]?)?)\.?$/, 60_000],
  [/^(h(ours?|r)?|std|stunden?)\.?$/, 3_600_000],
  [/^(d(ays?)?|tage?)\.?$/, 86_400_000],
];

/** @returns milliseconds; 0 for nothing, undefined for what is no duration */
export function durationMs(text: unknown): number | undefined {
  const written = String(text ?? '').trim();
  if (written === '') return 0;
  const [, digits = '', word = ''] = /^(\d+(?:[.,]\d+)?)\s*([a-z]*\.?)$/i.exec(written) ?? [];
  const unitMs = UNITS.find(([form]) => form.test(word.toLowerCase()))?.[1];
  return digits === '' || unitMs === undefined ? undefined : Number(digits.replace(',', '.')) * unitMs;
}
