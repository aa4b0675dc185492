/** Owns the keys that work everywhere, and the list of them. Not while somebody writes. */

import { signal } from '@preact/signals';
import { Dialog } from '../parts/messages/dialog.tsx';
import { go } from '../router.ts';
import { enterList, followArrow } from './arrows.ts';
import { SHELL } from './words.ts';

export const areKeysShown = signal(false);
export const isSearching = signal(false);

const KEYS = {
  '/': 'key.search',
  '?': 'key.keys',
  h: 'key.home',
  e: 'key.events',
  '↑ ↓': 'key.arrows',
  Esc: 'key.close',
} as const;

/** @param above the address of what the shown view belongs to, if it does */
export function watchKeys(aboveOf: () => string | undefined): void {
  addEventListener('keydown', (event) => {
    const above = aboveOf();
    const { key, ctrlKey, metaKey, altKey, target } = event;
    const isWriting = target instanceof Element && target.matches('input, textarea, select, [contenteditable]');
    const isInForm = target instanceof Element && target.closest('form') !== null;
    if (ctrlKey || metaKey || altKey) return;
    if (isWriting ? key === 'ArrowDown' && enterList(target) : followArrow(key)) {
      event.preventDefault();
      return;
    }
    if (isWriting || document.querySelector('dialog[open]')) return;
    if (key === '/') isSearching.value = true;
    else if (key === '?') areKeysShown.value = true;
    else if (key === 'h') go('/');
    else if (key === 'e') go('/events');
    else if (key === 'Escape' && above !== undefined && !event.defaultPrevented && !isInForm) go(above);
    else return;
    event.preventDefault();
  });
}

export function Keys() {
  if (!areKeysShown.value) return null;
  return (
    <Dialog title={SHELL('keys')} onClose={() => (areKeysShown.value = false)}>
      <dl class="keys">
        {Object.entries(KEYS).map(([key, word]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{SHELL(word)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
