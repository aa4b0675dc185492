/** Owns what can be done to one thing, behind one button: arrows move, Esc closes, and a press elsewhere too. */

import { useSignal } from '@preact/signals';
import { EllipsisVertical } from 'lucide';
import { useEffect, useId, useRef } from 'preact/hooks';
import { refusalOf } from '../loads.ts';
import { Icon, type IconShape } from './icon.tsx';
import { refused } from './messages/toast.tsx';

export interface MenuItem {
  readonly text: string;
  readonly icon?: IconShape;
  readonly danger?: boolean;
  readonly onPress: () => unknown;
}

interface Props {
  /** What the button is called: "More about Front door". */
  readonly label: string;
  readonly icon?: IconShape;
  /** On the button, beside the icon. */
  readonly text?: string;
  readonly items: readonly MenuItem[];
}

export function Menu({ label, icon = EllipsisVertical, text, items }: Props) {
  const isOpen = useSignal(false);
  const id = useId();
  const whole = useRef<HTMLDivElement>(null);
  const buttons = () => [...(whole.current?.querySelectorAll<HTMLButtonElement>('[role=menuitem]') ?? [])];

  useEffect(() => {
    if (!isOpen.value) return;
    buttons()[0]?.focus();
    const closeElsewhere = ({ target }: Event) => {
      if (target instanceof Node && !whole.current?.contains(target)) isOpen.value = false;
    };
    document.addEventListener('pointerdown', closeElsewhere);
    return () => document.removeEventListener('pointerdown', closeElsewhere);
  }, [isOpen.value]);

  function close(): void {
    isOpen.value = false;
    whole.current?.querySelector('button')?.focus();
  }

  function move(event: KeyboardEvent): void {
    if (!isOpen.value) return;
    const all = buttons();
    const at = all.findIndex((button) => button.matches(':focus'));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === 'Escape') close();
    else if (event.key === 'Tab') isOpen.value = false;
    else if (to !== undefined) all.at(to % all.length)?.focus();
    if (event.key !== 'Tab' && (to !== undefined || event.key === 'Escape')) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the menu, wherever in it the focus is
    <div ref={whole} class="menu" onKeyDown={move}>
      <button
        type="button"
        class={`button quiet${text === undefined ? ' bare' : ''}`}
        aria-label={text === undefined ? label : `${label}: ${text}`}
        aria-haspopup="menu"
        aria-expanded={isOpen.value}
        aria-controls={id}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        <Icon shape={icon} />
        {text !== undefined && <span class="menu-text">{text}</span>}
      </button>
      <div id={id} class="menu-items" role="menu" aria-label={label} hidden={!isOpen.value}>
        {items.map((item) => (
          <button
            key={item.text}
            type="button"
            role="menuitem"
            tabIndex={-1}
            class={item.danger ? 'danger' : ''}
            onClick={() => {
              close();
              Promise.resolve(item.onPress()).catch((error: unknown) => refused(refusalOf(error)));
            }}
          >
            {item.icon && <Icon shape={item.icon} />}
            {item.text}
          </button>
        ))}
      </div>
    </div>
  );
}
