/** Owns text as it goes over the wire: set apart, and scrolled by keys too where it is long. */

interface Props {
  readonly label: string;
  readonly text: string;
  /** It changes while somebody looks, and is to be read out then. */
  readonly live?: boolean;
}

export function Wire({ label, text, live = false }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls it by keys
    <section class="wire" aria-label={label} aria-live={live ? 'polite' : undefined} tabIndex={0}>
      <pre>{text}</pre>
    </section>
  );
}
