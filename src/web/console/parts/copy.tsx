/** Owns the button that copies a text, also on plain HTTP, where browsers lend no clipboard. */

import { useSignal } from '@preact/signals';
import { Check, Copy as CopyShape } from 'lucide';
import { COMMON } from '../words/common.ts';
import { Icon } from './icon.tsx';

const SAID_MS = 2000;

interface Props {
  readonly text: string;
  /** What is copied: "Password", "Topic". */
  readonly what: string;
}

export function Copy({ text, what }: Props) {
  const isCopied = useSignal(false);
  return (
    <button
      type="button"
      class="button quiet bare"
      aria-label={COMMON('copy.of', { what })}
      title={COMMON('copy.of', { what })}
      onClick={async ({ currentTarget }) => {
        await copyText(text, currentTarget);
        isCopied.value = true;
        setTimeout(() => (isCopied.value = false), SAID_MS);
      }}
    >
      <Icon shape={isCopied.value ? Check : CopyShape} />
      <span class="read-out" role="status">
        {isCopied.value && COMMON('copied')}
      </span>
    </button>
  );
}

/** A text that can be copied, as it stands. */
export function Copied({ text, what }: Props) {
  return (
    <span class="copied">
      <code>{text}</code>
      <Copy text={text} what={what} />
    </span>
  );
}

/** @param near within the open dialog, where there is one: nothing else takes the focus then */
async function copyText(text: string, near: HTMLElement): Promise<void> {
  if (window.isSecureContext) {
    try {
      return await navigator.clipboard.writeText(text);
    } catch {
      // A frame without the right to: as on plain HTTP.
    }
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'read-out';
  near.after(area);
  area.select();
  document.execCommand('copy');
  area.remove();
  near.focus();
}
