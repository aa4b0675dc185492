/** Owns what belongs to whoever looks: language, light and dark, and the way out. */

import { CircleUserRound, Keyboard, Languages, LogOut, Moon, Sun, SunMoon } from 'lucide';
import { call } from '../api.ts';
import { chooseTheme, speak, type Theme, theme } from '../look.ts';
import { Menu, type MenuItem } from '../parts/menu.tsx';
import { forgetToken, token } from '../session.ts';
import { viewer } from '../status.ts';
import { LANGUAGES, language } from '../words/language.ts';
import { areKeysShown } from './keys.tsx';
import { SHELL } from './words.ts';

const NEXT: Readonly<Record<Theme, Theme>> = { automatic: 'light', light: 'dark', dark: 'automatic' };
const SHAPES = { automatic: SunMoon, light: Sun, dark: Moon };

export function AccountMenu() {
  const other = language.value === 'en' ? 'de' : 'en';
  const next = NEXT[theme.value];
  const items: MenuItem[] = [
    { text: SHELL('language', { language: LANGUAGES[other] }), icon: Languages, onPress: () => speak(other) },
    { text: SHELL(`theme.${next}`), icon: SHAPES[next], onPress: () => chooseTheme(next) },
    { text: SHELL('keys'), icon: Keyboard, onPress: () => (areKeysShown.value = true) },
    // Whoever is vouched for by somebody else signs out there.
    ...(token.value === undefined ? [] : [{ text: SHELL('signOut'), icon: LogOut, onPress: signOut }]),
  ];
  const name = viewer.value?.name ?? undefined;
  return (
    <Menu
      label={SHELL('account')}
      icon={CircleUserRound}
      {...(name === undefined ? {} : { text: name })}
      items={items}
    />
  );
}

/** Nobody is signed in any longer, whether or not the service could be told: the token ends by itself then. */
async function signOut(): Promise<void> {
  await call('auth.delete', undefined, 'current').catch(() => undefined);
  forgetToken();
}
