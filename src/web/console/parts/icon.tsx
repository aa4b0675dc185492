/** Owns how an icon is drawn: for the eye only, since a word stands beside it or names its button. */

import { h } from 'preact';

/** As lucide gives them: what is drawn, in order. */
export type IconShape = readonly (readonly [tag: string, attributes: object])[];

export function Icon({ shape, size = 20 }: { readonly shape: IconShape; readonly size?: number }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {shape.map(([tag, attributes]) => h(tag, { ...attributes }))}
    </svg>
  );
}
