/** Owns charts of what was counted hour by hour: a figure with its axes, its key, and the same numbers as a table for who does not see it. */

import { exactText, timeText } from '../clock.ts';
import { COMMON } from '../words/common.ts';
import { locale } from '../words/language.ts';
import { type Count, Steps, topOf } from './steps.tsx';

interface Props {
  readonly label: string;
  readonly sinceMs: number;
  readonly stepMs: number;
  /** One value for each step, two lines at most. */
  readonly counts: readonly Count[];
}

const TICKS = 5;

export function Chart({ label, sinceMs, stepMs, counts }: Props) {
  const length = counts[0]?.values.length ?? 0;
  const top = topOf(counts);
  const at = (step: number) => new Date(sinceMs + step * stepMs).toISOString();
  const textOf = (step: number) =>
    [timeText(at(step)), ...counts.map((count) => `${count.label}: ${numberText(count.values[step] ?? 0)}`)].join('\n');
  return (
    <figure class="chart" aria-label={label}>
      <figcaption>
        {label}
        <span class="chart-key">
          {counts.map((count, line) => (
            <span key={count.label}>
              <svg viewBox="0 0 24 4" width="24" height="4" aria-hidden="true">
                <path class={`line-${line}`} d="M0 2h24" />
              </svg>
              {count.label}
            </span>
          ))}
        </span>
      </figcaption>
      <div class="chart-plot" aria-hidden="true">
        <div class="chart-heights">
          {[top, top / 2, 0].map((height) => (
            <span key={height}>{numberText(height)}</span>
          ))}
        </div>
        <Steps counts={counts} top={top} textOf={textOf} />
        <div class="ticks">
          {Array.from({ length: TICKS }, (_, tick) => (
            <span key={tick}>{timeText(at((length * tick) / (TICKS - 1)))}</span>
          ))}
        </div>
      </div>
      <details>
        <summary>{COMMON('numbers')}</summary>
        <div class="table-frame">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{COMMON('time')}</th>
                {counts.map((count) => (
                  <th key={count.label} scope="col">
                    {count.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {Array.from({ length }, (_, step) => (
                <tr key={step}>
                  <th scope="row">{exactText(at(step))}</th>
                  {counts.map((count) => (
                    <td key={count.label}>{numberText(count.values[step] ?? 0)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

function numberText(value: number): string {
  return value.toLocaleString(locale.value);
}
