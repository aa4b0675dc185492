/** Owns when somebody is led through the first steps: an administrator, in a house without cameras, who was not led before in this browser. */

import { effect } from '@preact/signals';
import { cameras } from '../../house/cameras.ts';
import { go, route } from '../../router.ts';
import { may, status } from '../../status.ts';

const KEY = 'nestmtx-bridge-started';

/** To be called once. */
export function leadTheFirst(): void {
  const end = effect(() => {
    const isAsked = status.value?.mode === 'serve' && may('cameras', 'create') && route.value.path === '/';
    if (!isAsked || cameras.value?.length !== 0 || wasLed()) return;
    end();
    go('/start');
  });
}

/** Not once more, whether or not every step was taken. */
export function noteLed(): void {
  try {
    localStorage.setItem(KEY, 'yes');
  } catch {
    // Then it is offered again.
  }
}

function wasLed(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return true;
  }
}
