/** Owns light and dark, and what is remembered of it in this browser: as chosen here, else as Home Assistant or the system looks. */

import { effect, signal } from '@preact/signals';
import { chooseLanguage, type Language, language } from './words/language.ts';

export type Theme = 'light' | 'dark' | 'automatic';
const THEME = 'nestmtx-bridge-theme';
const LANGUAGE = 'nestmtx-bridge-language';

export const theme = signal<Theme>('automatic');

export function startLook(): void {
  const kept = read(THEME);
  if (kept === 'light' || kept === 'dark') theme.value = kept;
  const outside = homeAssistant();
  const chosen = read(LANGUAGE);
  chooseLanguage([...(chosen ? [chosen] : []), ...(outside?.lang ? [outside.lang] : []), ...navigator.languages]);
  effect(() => {
    document.documentElement.lang = language.value;
  });
  const show = () => {
    const shown = theme.value === 'automatic' ? themeOf(outside) : theme.value;
    if (shown === undefined) delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = shown;
  };
  effect(show);
  if (outside) new MutationObserver(show).observe(outside, { attributes: true, attributeFilter: ['style', 'class'] });
}

export function chooseTheme(chosen: Theme): void {
  write(THEME, chosen === 'automatic' ? undefined : chosen);
  theme.value = chosen;
}

export function speak(chosen: Language): void {
  write(LANGUAGE, chosen);
  chooseLanguage([...navigator.languages.filter((wanted) => wanted.startsWith(chosen)), chosen]);
}

/** Its page, where it shows us in a frame: of the same origin, by its ingress. */
function homeAssistant(): HTMLElement | undefined {
  try {
    return window.parent === window ? undefined : window.parent.document.documentElement;
  } catch {
    return undefined;
  }
}

/** Its themes are colours by name; undefined where there are none. */
function themeOf(outside: HTMLElement | undefined): Theme | undefined {
  const colour = outside ? getComputedStyle(outside).getPropertyValue('--primary-background-color').trim() : '';
  const context = colour === '' ? null : document.createElement('canvas').getContext('2d');
  if (!context) return undefined;
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return 0.3 * red + 0.59 * green + 0.11 * blue < 128 ? 'dark' : 'light';
}

/** A browser that keeps nothing looks as it did the first time. */
function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // See above.
  }
}
