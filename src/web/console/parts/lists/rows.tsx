/** Owns long lists: only rows in view are drawn, and only their pages are asked for, so that twenty thousand are as quick as ten. */

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { refusalOf } from '../../loads.ts';
import type { Page } from '../../operations.ts';
import { COMMON } from '../../words/common.ts';
import { refused } from '../messages/toast.tsx';

interface Props<Item> {
  readonly label: string;
  /** In pixels: all rows are as high as this. */
  readonly rowHeight: number;
  /** Another question, such as another search, has another key. */
  readonly by: string;
  /** Another number: what is shown may have changed, and is asked for again. */
  readonly revision?: number;
  /** Pages begin at 1 and have `PER_PAGE` items. */
  readonly load: (page: number) => Promise<Page<Item>>;
  readonly row: (item: Item) => ComponentChildren;
  readonly empty: ComponentChildren;
}

export const PER_PAGE = 50;
const AROUND = 10;

export function Rows<Item>(props: Props<Item>) {
  return <Window key={props.by} {...props} />;
}

function Window<Item>({ label, rowHeight, revision = 0, load, row, empty }: Props<Item>) {
  const place = useRef<HTMLUListElement>(null);
  const total = useSignal<number | undefined>(undefined);
  const pages = useSignal<ReadonlyMap<number, readonly Item[]>>(new Map());
  const range = useSignal<readonly [number, number]>([0, 30]);
  const asked = useRef(new Set<number>());

  async function fetchPage(page: number): Promise<void> {
    if (asked.current.has(page)) return;
    asked.current.add(page);
    try {
      const answer = await load(page);
      total.value = answer.total;
      pages.value = new Map(pages.peek()).set(page, answer.items);
    } catch (error) {
      asked.current.delete(page);
      refused(refusalOf(error));
    }
  }

  function look(): void {
    const top = -(place.current?.getBoundingClientRect().top ?? 0);
    const first = Math.max(0, Math.floor(top / rowHeight) - AROUND);
    const last = Math.min(total.peek() ?? 30, Math.ceil((top + innerHeight) / rowHeight) + AROUND);
    const [one, other] = range.peek();
    if (first !== one || last !== other) range.value = [first, Math.max(first, last)];
    for (let page = pageOf(first); page <= pageOf(Math.max(first, last - 1)); page += 1) void fetchPage(page);
  }

  // Before the next question, so that what is asked again is asked once.
  useEffect(() => asked.current.clear(), [revision]);
  useEffect(() => {
    look();
    // Of whatever it stands in, too.
    addEventListener('scroll', look, { passive: true, capture: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look, { capture: true });
      removeEventListener('resize', look);
    };
  }, [total.value, revision]);

  if (total.value === 0) return <>{empty}</>;
  const [first, last] = range.value;
  const count = total.value ?? 0;
  const shown = Array.from({ length: Math.max(0, Math.min(last, count) - first) }, (_, at) => first + at);
  return (
    <ul
      ref={place}
      class="rows"
      data-arrows=""
      aria-label={label}
      aria-busy={total.value === undefined}
      style={{ height: `${count * rowHeight}px` }}
    >
      {shown.map((at) => {
        const item = pages.value.get(pageOf(at))?.[at % PER_PAGE];
        return (
          <li
            key={at}
            class="row"
            aria-setsize={count}
            aria-posinset={at + 1}
            style={{ top: `${at * rowHeight}px`, height: `${rowHeight}px` }}
          >
            {item === undefined ? <span class="waiting" aria-label={COMMON('loading')} role="img" /> : row(item)}
          </li>
        );
      })}
    </ul>
  );
}

function pageOf(at: number): number {
  return Math.floor(at / PER_PAGE) + 1;
}
