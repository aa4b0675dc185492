/** Owns as whom this browser speaks to the service: a token, kept for this tab, or for longer where somebody asked for that. */

import { signal } from '@preact/signals';

const KEY = 'nestmtx-bridge-token';

/** Undefined: as nobody, or as whom a proxy before us vouches for (Home Assistant). */
export const token = signal(stored());
/** Whether somebody was signed in here, and is not any more without having asked for it. */
export const hasEnded = signal(false);

/** @param lasts over new tabs and the end of the browser */
export function keepToken(given: string, lasts: boolean): void {
  clear();
  write(lasts ? localStorage : sessionStorage, given);
  hasEnded.value = false;
  token.value = given;
}

export function forgetToken(): void {
  clear();
  hasEnded.value = false;
  token.value = undefined;
}

/** The service does not take it any longer. */
export function endSession(): void {
  const wasSignedIn = token.peek() !== undefined;
  forgetToken();
  hasEnded.value = wasSignedIn;
}

/** Whoever signs out in one tab is out in all of them. */
export function followOtherTabs(): void {
  addEventListener('storage', ({ key }) => {
    if (key === KEY || key === null) token.value = stored();
  });
}

/** Where the browser refuses to keep anything, a token lasts as long as the page. */
function stored(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

function clear(): void {
  write(localStorage, undefined);
  write(sessionStorage, undefined);
}

function write(store: Storage, value: string | undefined): void {
  try {
    if (value === undefined) store.removeItem(KEY);
    else store.setItem(KEY, value);
  } catch {
    // See above.
  }
}
