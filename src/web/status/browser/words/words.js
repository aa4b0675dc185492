/** Owns which language the status page speaks, and how values and numbers go into its words. */

import { DE } from './de.js';
import { EN } from './en.js';

/** @typedef {Readonly<Record<keyof typeof EN, string>>} Words */

/** By language. @public @type {Readonly<Record<string, Words>>} */
export const WORDS = { en: EN, de: DE };

/** @typedef {(key: string, values?: Readonly<Record<string, string | number>>) => string} Say */

/**
 * The language that the browser prefers, else English. A key that comes in forms of number is asked for without the form.
 * @param {string} preferred as in `navigator.language`
 * @returns {{ language: string, locale: string, say: Say, knows: (key: string) => boolean }} the locale is for numbers and dates
 */
export function wordsFor(preferred) {
  const [asked = ''] = preferred.toLowerCase().split('-');
  const language = Object.hasOwn(WORDS, asked) ? asked : 'en';
  /** @type {Readonly<Record<string, string>>} */
  const words = WORDS[language] ?? EN;
  const rules = new Intl.PluralRules(language);
  const find = (/** @type {string} */ key) => (Object.hasOwn(words, key) ? words[key] : undefined);
  return {
    language,
    locale: language === asked ? preferred : language,
    knows: (key) => find(key) !== undefined,
    say(key, values = {}) {
      const form = typeof values['n'] === 'number' ? find(`${key}.${rules.select(values['n'])}`) : undefined;
      const text = form ?? find(key) ?? key;
      return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
    },
  };
}
