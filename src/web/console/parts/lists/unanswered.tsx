/** Owns the note that a list lacks what some bridges of a cluster know; nothing where all of them have answered. */

import { COMMON } from '../../words/common.ts';

export function Unanswered({ bridges = [] }: { readonly bridges: readonly string[] | undefined }) {
  if (bridges.length === 0) return null;
  return (
    <p class="hint" role="status">
      {COMMON('unanswered', { n: bridges.length, bridges: bridges.join(', ') })}
    </p>
  );
}
