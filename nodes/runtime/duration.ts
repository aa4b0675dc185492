/** Owns how long something lasts, as people write it: `30 s`, `5 min`, `1.5 h`; a plain number is seconds. Used at both ends. */

const MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** What else people write, in English and in German. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^ms$/, 'ms'],
  [/^(s(ec(onds?)?)?|sek(unden?)?)?\.?$/, 's'],
  [/^(m|min(ute[sn]?)?)\.?$/, 'min'],
  [/^(h(ours?|r)?|std|stunden?)\.?$/, 'h'],
  [/^(d(ays?)?|tage?)\.?$/, 'd'],
];

/** @returns milliseconds; 0 for nothing, undefined for what is no duration */
export function durationMs(text: unknown): number | undefined {
  const written = String(text ?? '').trim();
  if (written === '') return 0;
  const [, digits = '', word = ''] = /^(\d+(?:[.,]\d+)?)\s*([a-z]*\.?)$/i.exec(written) ?? [];
  const unit = UNITS.find(([form]) => form.test(word.toLowerCase()))?.[1];
  return digits === '' || unit === undefined ? undefined : Number(digits.replace(',', '.')) * (MS[unit] ?? 0);
}
