/** Owns how the state of anything but a camera is shown: by shape, by word and by colour, so that each of them is enough. */

import { Icon, type IconShape } from './icon.tsx';

export interface BadgeProps {
  readonly tone: 'good' | 'warn' | 'bad' | 'soft';
  readonly icon: IconShape;
  readonly text: string;
}

export function Badge({ tone, icon, text }: BadgeProps) {
  return (
    <span class="state" data-tone={tone}>
      <Icon shape={icon} size={16} />
      {text}
    </span>
  );
}
