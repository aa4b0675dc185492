/** Owns a list and what is chosen of it: side by side where there is room, one at a time on a phone, where the other is neither drawn nor asked for. */

import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

interface Props {
  readonly list: () => ComponentChildren;
  /** Absent while nothing is chosen: then the list has all of the room. */
  readonly detail?: (() => ComponentChildren) | undefined;
  /** By which the chosen one changes. */
  readonly shown: string | undefined;
}

const wide = matchMedia('(width >= 900px)');
const isWide = signal(wide.matches);
wide.addEventListener('change', ({ matches }) => (isWide.value = matches));

export function Panes({ list, detail, shown }: Props) {
  const pane = useRef<HTMLDivElement>(null);
  const isBeside = isWide.value && detail !== undefined;
  const scrolled = useRef(0);
  // The list stays where it was, whether the window scrolls it or its pane.
  useLayoutEffect(() => {
    const before = scrolled.current;
    const note = () => (scrolled.current = isBeside ? (pane.current?.scrollTop ?? 0) : scrollY);
    addEventListener('scroll', note, { passive: true, capture: true });
    if (isBeside) pane.current?.scrollTo(0, before);
    else if (before > 0) requestAnimationFrame(() => scrollTo(0, before));
    return () => removeEventListener('scroll', note, { capture: true });
  }, [isBeside]);
  useEffect(() => {
    const { current } = pane;
    const chosen = current?.querySelector<HTMLElement>('[aria-current]');
    if (!isBeside || !current || !chosen) return;
    const [frame, row] = [current.getBoundingClientRect(), chosen.getBoundingClientRect()];
    if (row.top < frame.top || row.bottom > frame.bottom) current.scrollTop += row.top - frame.top - frame.height / 3;
  }, [shown, isBeside]);
  if (!isWide.value && detail) return <>{detail()}</>;
  return (
    <div class={isBeside ? 'panes' : ''}>
      <div ref={pane} class={isBeside ? 'pane-list' : ''}>
        {list()}
      </div>
      {isBeside && (
        <div class="pane-detail" tabIndex={-1}>
          {detail()}
        </div>
      )}
    </div>
  );
}
