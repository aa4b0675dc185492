/** Owns which language the console speaks: what somebody chose here, else what Home Assistant or the browser prefers, else English. */

import { computed, signal } from '@preact/signals';

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

export const language = signal<Language>('en');
/** For numbers and dates. */
export const locale = signal('en');

/** @param preferred languages such as `de-AT`, the most wanted first */
export function chooseLanguage(preferred: readonly string[]): void {
  for (const wanted of preferred) {
    const known = languageOf(wanted);
    if (known === undefined) continue;
    language.value = known;
    locale.value = wanted;
    return;
  }
  language.value = 'en';
  locale.value = 'en';
}

function languageOf(wanted: string): Language | undefined {
  const [start = ''] = wanted.toLowerCase().split('-');
  return start === 'en' || start === 'de' ? start : undefined;
}

const sorting = computed(() => new Intl.Collator(locale.value, { numeric: true, sensitivity: 'base' }));

/** In the order of people: "Camera 2" before "Camera 19". */
export function inOrder(one: string, other: string): number {
  return sorting.value.compare(one, other);
}
