/** Owns charts over time: lines by uPlot with axes and units, and the same numbers as a table for who does not see them. */

import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { exactText } from '../clock.ts';
import { COMMON } from '../words/common.ts';
import { locale } from '../words/language.ts';

export interface Line {
  readonly label: string;
  readonly values: readonly number[];
}

interface Props {
  readonly label: string;
  /** Seconds since 1970, ascending. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
}

const HEIGHT = 240;
/** Names of colours in the theme, which differ in lightness too. */
const COLOURS = ['--accent', '--warn'];

export function Chart({ label, times, lines }: Props) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const { current } = place;
    if (!current) return;
    const plot = draw(current, times, lines);
    const observer = new ResizeObserver(() => plot.setSize({ width: current.clientWidth, height: HEIGHT }));
    observer.observe(current);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [times, lines, locale.value]);
  return (
    <figure class="chart" aria-label={label}>
      <div ref={place} aria-hidden="true" />
      <details>
        <summary>{COMMON('numbers')}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{COMMON('time')}</th>
              {lines.map((line) => (
                <th key={line.label} scope="col">
                  {line.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {times.map((time, at) => (
              <tr key={time}>
                <th scope="row">{exactText(new Date(time * 1000).toISOString())}</th>
                {lines.map((line) => (
                  <td key={line.label}>{(line.values[at] ?? 0).toLocaleString(locale.value)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function draw(place: HTMLElement, times: readonly number[], lines: readonly Line[]): uPlot {
  const style = getComputedStyle(place);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line') }, ticks: { stroke: colour('--line') } };
  const series = lines.map(({ label }, at) => ({
    label,
    stroke: colour(COLOURS[at % COLOURS.length] ?? '--text'),
    width: 2,
    points: { show: times.length < 50 },
  }));
  const options: uPlot.Options = {
    width: Math.max(200, place.clientWidth),
    height: HEIGHT,
    scales: { y: { range: { min: { hard: 0, mode: 1 }, max: { pad: 0.1, mode: 2 } } } },
    series: [{}, ...series],
    axes: [axis, { ...axis, size: 64 }],
  };
  return new uPlot(options, [[...times], ...lines.map(({ values }) => [...values])], place);
}
