/** Owns a stretch of time as one line: when the camera was down, when nobody saw it, and when somebody watched; and the same as a table. */

import { useId } from 'preact/hooks';
import { exactText, lengthText, timeText } from '../../../clock.ts';
import { COMMON } from '../../../words/common.ts';
import { Hatch } from './hatch.tsx';
import type { Span, TimeWindow } from './past.ts';
import { PAST_WORDS } from './words.ts';

interface Props {
  readonly label: string;
  readonly window: TimeWindow;
  readonly spans: readonly Span[];
  readonly watched: readonly TimeWindow[];
}

const WIDTH = 1440;
/** Else nobody would see a fault of a minute. */
const LEAST = 3;
const TICKS = 5;
const FULL = { y: 0, height: 28 };
/** Told from up by its shape, too. */
const LOW = { y: 18, height: 10 };

export function Timeline({ label, window, spans, watched }: Props) {
  const hatch = useId();
  const place = ({ fromMs, toMs }: TimeWindow) => {
    const share = WIDTH / Math.max(1, window.toMs - window.fromMs);
    const length = Math.max(LEAST, (toMs - fromMs) * share);
    return { x: Math.min(WIDTH - length, (fromMs - window.fromMs) * share), width: length };
  };
  const ticks = Array.from({ length: TICKS }, (_, at) => {
    const atMs = window.fromMs + ((window.toMs - window.fromMs) * at) / (TICKS - 1);
    return new Date(atMs).toISOString();
  });
  return (
    <figure class="timeline">
      <svg viewBox={`0 0 ${WIDTH} 40`} preserveAspectRatio="none" role="img" aria-label={label}>
        <title>{label}</title>
        <Hatch id={hatch} />
        {spans.map((span) => (
          <rect
            key={span.fromMs}
            class={`span-${span.kind}`}
            {...place(span)}
            {...(span.kind === 'idle' ? LOW : FULL)}
            fill={span.kind === 'blind' ? `url(#${hatch})` : undefined}
          >
            <title>{spanText(span)}</title>
          </rect>
        ))}
        {watched.map((span) => (
          <rect key={span.fromMs} class="span-watched" {...place(span)} y="32" height="8">
            <title>{`${PAST_WORDS('watched')}: ${lengthText((span.toMs - span.fromMs) / 1000)}`}</title>
          </rect>
        ))}
      </svg>
      <div class="ticks" aria-hidden="true">
        {ticks.map((at) => (
          <span key={at}>{timeText(at)}</span>
        ))}
      </div>
      <details>
        <summary>{COMMON('numbers')}</summary>
        <div class="table-frame">
          <table class="table">
            <thead>
              <tr>
                {(['what', 'from', 'to', 'length'] as const).map((word) => (
                  <th key={word} scope="col">
                    {PAST_WORDS(word)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[
                ...spans.map((span) => ({ ...span, what: PAST_WORDS(`kind.${span.kind}`) })),
                ...watchedRows(watched),
              ].map(({ what, fromMs, toMs }) => (
                <tr key={`${what} ${fromMs}`}>
                  <th scope="row">{what}</th>
                  <td>{exactText(new Date(fromMs).toISOString())}</td>
                  <td>{exactText(new Date(toMs).toISOString())}</td>
                  <td>{lengthText((toMs - fromMs) / 1000)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

function watchedRows(watched: readonly TimeWindow[]) {
  return watched.map((span) => ({ ...span, what: PAST_WORDS('watched') }));
}

function spanText({ kind, fromMs, toMs }: Span): string {
  const [from, to] = [fromMs, toMs].map((ms) => timeText(new Date(ms).toISOString()));
  return `${PAST_WORDS(`kind.${kind}`)}: ${from} – ${to}`;
}
