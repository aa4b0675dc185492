/** Owns the arrow keys: within whatever is marked with `data-arrows` they lead from link to link, as they stand on the screen. */

const AXES = {
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
} as const;

/** @returns whether the key led somewhere */
export function followArrow(key: string): boolean {
  if (key !== 'ArrowDown' && key !== 'ArrowUp' && key !== 'ArrowRight' && key !== 'ArrowLeft') return false;
  const from = document.activeElement;
  const area = from?.closest('[data-arrows]');
  if (!from || !area) return false;
  const next = nearest(from, [...area.querySelectorAll('a[href], summary')], AXES[key]);
  if (!(next instanceof HTMLElement)) return false;
  next.focus();
  return true;
}

/** From a field that searches to the first of what it has found. @returns whether there is one */
export function enterList(field: Element): boolean {
  if (!field.matches('input[type=search]')) return false;
  const area = field.closest('dialog, .pane-list, main');
  const first = area?.querySelector<HTMLElement>('[data-arrows]:not(.tabs) a[href]');
  first?.focus();
  return first !== null && first !== undefined;
}

/** What lies that way, in the same line or column before anything else. */
function nearest(from: Element, all: readonly Element[], [x, y]: readonly [number, number]): Element | undefined {
  const here = middleOf(from);
  let found: Element | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const other of all) {
    if (other === from) continue;
    const there = middleOf(other);
    const ahead = (there.x - here.x) * x + (there.y - here.y) * y;
    const aside = Math.abs((there.x - here.x) * y) + Math.abs((there.y - here.y) * x);
    const far = ahead + 3 * aside;
    if (ahead > 1 && ahead * 4 >= aside && far < least) [found, least] = [other, far];
  }
  return found;
}

function middleOf(element: Element): { readonly x: number; readonly y: number } {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { x: left + width / 2, y: top + height / 2 };
}
