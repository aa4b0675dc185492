/** Owns that the chosen one of a row that is wider than its window can be seen. The page itself does not move. */

import type { Ref } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** @param shown by which it changes */
export function useShownInView<Row extends HTMLElement>(shown: string | undefined): Ref<Row> {
  const row = useRef<Row>(null);
  useEffect(() => {
    const { current } = row;
    const chosen = current?.querySelector<HTMLElement>('[aria-current]');
    if (!current || !chosen) return;
    current.scrollLeft = chosen.offsetLeft - current.offsetLeft - (current.clientWidth - chosen.offsetWidth) / 2;
  }, [shown]);
  return row;
}
