/** Owns a window over the page: the keyboard stays in it, Esc closes it, and the focus goes back to where it came from. */

import { X } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { COMMON } from '../../words/common.ts';
import { Button } from '../button.tsx';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Dialog({ title, onClose, children }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Before the next key is pressed: what is typed then belongs in here.
  useLayoutEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    // Whoever is asked for something begins there, and not at the way out.
    element.current?.querySelector<HTMLElement>('input, select, textarea')?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class="dialog"
      aria-labelledby={titleId}
      // A field for searching would take the key for itself, and be emptied.
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
      }}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <h2 id={titleId}>{title}</h2>
        <Button kind="quiet" icon={X} label={COMMON('close')} onPress={onClose} />
      </header>
      {children}
    </dialog>
  );
}
