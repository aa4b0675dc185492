/** Owns that what is far away is not drawn: its place is kept, and it comes when it is about to be seen. */

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface Props {
  /** Of the place, in pixels, until it was drawn. */
  readonly height: number;
  readonly children: () => ComponentChildren;
}

const MARGIN = '600px';
const seen = new WeakMap<Element, (isNear: boolean) => void>();
let observer: IntersectionObserver | undefined;

export function Shown({ height, children }: Props) {
  const isNear = useSignal(false);
  const place = useRef<HTMLDivElement>(null);
  const last = useRef(height);
  useEffect(() => {
    const { current } = place;
    if (!current) return;
    seen.set(current, (now) => {
      if (!now && isNear.peek()) last.current = current.offsetHeight;
      isNear.value = now;
    });
    observer ??= new IntersectionObserver(tell, { rootMargin: MARGIN });
    observer.observe(current);
    return () => observer?.unobserve(current);
  }, [isNear]);
  return (
    <div ref={place} class="shown" style={isNear.value ? undefined : { minHeight: `${last.current}px` }}>
      {isNear.value && children()}
    </div>
  );
}

function tell(entries: readonly IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting } of entries) seen.get(target)?.(isIntersecting);
}
