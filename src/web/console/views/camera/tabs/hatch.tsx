/** Owns the pattern of time in which nobody could see: neither good nor bad, whatever the colours. */

/** @param id what fills with it: `url(#id)` */
export function Hatch({ id }: { readonly id: string }) {
  return (
    <defs>
      <pattern id={id} width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect class="hatch-ground" width="12" height="12" />
        <rect class="hatch-line" width="4" height="12" />
      </pattern>
    </defs>
  );
}
