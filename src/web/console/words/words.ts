/** Owns how the console says something: one key in every language, with values and numbers in it. Text only, never markup. */

import { computed } from '@preact/signals';
import { isolated } from './direction.ts';
import { type Language, language, locale } from './language.ts';

export type Values = Readonly<Record<string, string | number>>;
type Texts<Key extends string> = Readonly<Record<Key, string>>;
/** `cameras.one` and `cameras.other` are asked for as `cameras`, with the number as `n`. */
type Asked<Key extends string> = Key extends `${infer Start}.${'one' | 'other'}` ? Start : Key;

export interface Words<Key extends string> {
  (key: Asked<Key>, values?: Values): string;
  /** Whether there are words for what a newer service may say. */
  knows(key: string): key is Asked<Key>;
  readonly texts: Readonly<Record<Language, Texts<Key>>>;
}

const forms = computed(() => new Intl.PluralRules(language.value));
const numbers = computed(() => new Intl.NumberFormat(locale.value));

/** The words of one view or part; a key that is missing in one language does not compile. */
export function words<const En extends Texts<string>>(en: En, de: Texts<keyof En & string>): Words<keyof En & string> {
  const texts = { en, de };
  const find = (key: string, among: Texts<string>) => (Object.hasOwn(among, key) ? among[key] : undefined);

  function say(key: string, values: Values = {}): string {
    const among: Texts<string> = texts[language.value];
    const { n } = values;
    const form = typeof n === 'number' ? find(`${key}.${forms.value.select(n)}`, among) : undefined;
    const text = form ?? find(key, among) ?? find(`${key}.other`, among) ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => shown(values[name] ?? whole));
  }

  const knows = (key: string): key is Asked<keyof En & string> =>
    find(key, en) !== undefined || find(`${key}.other`, en) !== undefined;
  return Object.assign(say, { knows, texts });
}

function shown(value: string | number): string {
  return typeof value === 'number' ? numbers.value.format(value) : isolated(value);
}
