/** Owns the parts of one view that are shown one at a time; which one stands in the address. */

import { queryOf, route } from '../router.ts';
import { useShownInView } from './in-view.ts';

interface Props {
  readonly label: string;
  /** The first is shown where the address names none. */
  readonly tabs: readonly (readonly [name: string, text: string])[];
  /** What of the address is not of one tab. */
  readonly keep?: readonly string[];
}

export function Tabs({ label, tabs, keep = [] }: Props) {
  const { path } = route.value;
  const shown = shownTab(tabs.map(([name]) => name));
  const kept = keep.filter((key) => queryOf(key) !== '').map((key) => [key, queryOf(key)]);
  const row = useShownInView<HTMLElement>(shown);
  return (
    <nav ref={row} class="tabs" aria-label={label} data-arrows="">
      {tabs.map(([name, text]) => (
        <a
          key={name}
          href={`#${path}?${new URLSearchParams([...kept, ['tab', name]])}`}
          aria-current={name === shown ? 'page' : undefined}
        >
          {text}
        </a>
      ))}
    </nav>
  );
}

export function shownTab<Name extends string>(names: readonly Name[]): Name | undefined {
  return names.find((name) => name === queryOf('tab')) ?? names[0];
}
