/** Owns how the condition of a camera is shown: by shape, by word and by colour, so that each of them is enough. */

import { Ban, Check, CircleQuestionMark, Moon, TriangleAlert } from 'lucide';
import type { Condition } from '../house/condition.ts';
import { CONDITIONS } from '../words/conditions.ts';
import { Icon, type IconShape } from './icon.tsx';

const SHAPES: Readonly<Record<Condition, IconShape>> = {
  up: Check,
  idle: Moon,
  down: TriangleAlert,
  unknown: CircleQuestionMark,
  off: Ban,
};

/** Where there is no room for the word: read out, and shown when one points at it. */
export function StateSign({ condition }: { readonly condition: Condition }) {
  const word = CONDITIONS(condition);
  return (
    <span class="state" data-condition={condition} title={word}>
      <Icon shape={SHAPES[condition]} size={16} />
      <span class="read-out">{word}</span>
    </span>
  );
}

export function State({ condition }: { readonly condition: Condition }) {
  return (
    <span class="state" data-condition={condition}>
      <Icon shape={SHAPES[condition]} size={16} />
      {CONDITIONS(condition)}
    </span>
  );
}
