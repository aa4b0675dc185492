/** Owns the drawing of counts: a level for each step of time, as high as what was counted in it. What it says is said elsewhere, too. */

export interface Count {
  readonly label: string;
  readonly values: readonly number[];
}

interface Props {
  readonly counts: readonly Count[];
  /** What is as high as the drawing. */
  readonly top: number;
  /** What is said of a step on hover. */
  readonly textOf: (step: number) => string;
}

const HEIGHT = 100;
const LINES = [0, HEIGHT / 2, HEIGHT];

export function Steps({ counts, top, textOf }: Props) {
  const length = counts[0]?.values.length ?? 0;
  return (
    <svg
      class="chart-steps"
      viewBox={`0 0 ${Math.max(1, length)} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {LINES.map((height) => (
        <path key={height} class="line-grid" d={`M0 ${height}H${length}`} />
      ))}
      {counts.map((count, line) => (
        <path key={count.label} class={`line-${line}`} d={pathOf(count.values, top)} />
      ))}
      {Array.from({ length }, (_, step) => (
        <rect key={step} class="chart-step" x={step} width="1" height={HEIGHT}>
          <title>{textOf(step)}</title>
        </rect>
      ))}
    </svg>
  );
}

/** Even, so that half of it is a whole number, and of one digit that people read at once. */
export function topOf(counts: readonly Count[]): number {
  const most = Math.max(1, ...counts.flatMap(({ values }) => values));
  const unit = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 4, 6, 10, 20].find((times) => times * unit >= most && (times * unit) % 2 === 0);
  return (step ?? 20) * unit;
}

function pathOf(values: readonly number[], top: number): string {
  const levels = values.map((value, step) => `V${HEIGHT * (1 - value / top)}H${step + 1}`);
  return `M0 ${HEIGHT * (1 - (values[0] ?? 0) / top)}${levels.join('')}`;
}
