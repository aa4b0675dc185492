/** Owns buttons: one that works says so and takes no second press, and one that is refused says why. */

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { refusalOf } from '../loads.ts';
import { Icon, type IconShape } from './icon.tsx';
import { refused } from './messages/toast.tsx';

interface Props {
  readonly kind?: 'primary' | 'plain' | 'danger' | 'quiet';
  readonly icon?: IconShape;
  /** What it does, where no words stand on it, or more than they say. */
  readonly label?: string;
  readonly type?: 'button' | 'submit';
  readonly busy?: boolean;
  readonly onPress?: () => unknown;
  readonly children?: ComponentChildren;
}

export function Button({ kind = 'plain', icon, label, type = 'button', busy = false, onPress, children }: Props) {
  const isWorking = useSignal(false);
  const waits = busy || isWorking.value;

  async function press(): Promise<void> {
    if (waits || !onPress) return;
    isWorking.value = true;
    try {
      await onPress();
    } catch (error) {
      refused(refusalOf(error));
    } finally {
      isWorking.value = false;
    }
  }

  return (
    // Stays in the order of the keyboard while it works, unlike a disabled one.
    <button
      type={type}
      class={`button ${kind}${children === undefined ? ' bare' : ''}`}
      aria-label={label}
      title={children === undefined ? label : undefined}
      aria-disabled={waits}
      aria-busy={waits}
      onClick={onPress && (() => void press())}
    >
      {icon && <Icon shape={icon} />}
      {children}
    </button>
  );
}

/** What looks like a button and leads somewhere. */
export function LinkButton({
  to,
  kind = 'plain',
  icon,
  children,
}: Pick<Props, 'kind' | 'icon' | 'children'> & { readonly to: string }) {
  return (
    <a class={`button ${kind}`} href={`#${to}`}>
      {icon && <Icon shape={icon} />}
      {children}
    </a>
  );
}
