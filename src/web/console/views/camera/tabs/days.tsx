/** Owns days as one cell each, with how much of it the camera was down or unseen; a cell opens its day. */

import { computed } from '@preact/signals';
import { useId } from 'preact/hooks';
import { lengthText } from '../../../clock.ts';
import { COMMON } from '../../../words/common.ts';
import { locale } from '../../../words/language.ts';
import { Hatch } from './hatch.tsx';
import { type Day, type Span, secondsOf } from './past.ts';
import { PAST_WORDS } from './words.ts';

interface Props {
  readonly days: readonly { readonly day: Day; readonly spans: readonly Span[] }[];
  readonly shown: string | undefined;
  readonly addressOf: (day: Day) => string;
}

const HEIGHT = 48;
/** Of a cell: else nobody would see a fault of a minute. */
const LEAST = 4;

const inWords = computed(
  () => new Intl.DateTimeFormat(locale.value, { weekday: 'short', day: 'numeric', month: 'short' }),
);
const inShort = computed(() => new Intl.DateTimeFormat(locale.value, { day: 'numeric' }));

export function Days({ days, shown, addressOf }: Props) {
  return (
    <>
      <ol class="days">
        {days.map(({ day, spans }) => (
          <li key={day.name}>
            <a href={addressOf(day)} aria-current={day.name === shown ? 'date' : undefined} title={textOf(day, spans)}>
              <Cell day={day} spans={spans} />
              <span class="read-out">{textOf(day, spans)}</span>
              <span aria-hidden="true">{inShort.value.format(day.fromMs)}</span>
            </a>
          </li>
        ))}
      </ol>
      <details>
        <summary>{COMMON('numbers')}</summary>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{PAST_WORDS('day')}</th>
              <th scope="col">{PAST_WORDS('kind.down')}</th>
              <th scope="col">{PAST_WORDS('kind.blind')}</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, spans }) => (
              <tr key={day.name}>
                <th scope="row">{inWords.value.format(day.fromMs)}</th>
                <td>{lengthText(secondsOf(spans, 'down'))}</td>
                <td>{lengthText(secondsOf(spans, 'blind'))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

function Cell({ day, spans }: { readonly day: Day; readonly spans: readonly Span[] }) {
  const hatch = useId();
  const heightOf = (kind: Span['kind']) => {
    const share = (secondsOf(spans, kind) * 1000) / Math.max(1, day.toMs - day.fromMs);
    return share === 0 ? 0 : Math.max(LEAST, share * HEIGHT);
  };
  const [down, blind, before] = [heightOf('down'), heightOf('blind'), heightOf('before')];
  return (
    <svg viewBox={`0 0 40 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <Hatch id={hatch} />
      <rect class="span-ok" width="40" height={HEIGHT} />
      <rect class="span-before" width="40" height={before} />
      <rect width="40" y={before} height={Math.min(HEIGHT - before, blind)} fill={`url(#${hatch})`} />
      <rect class="span-down" width="40" y={HEIGHT - down} height={down} />
    </svg>
  );
}

function textOf(day: Day, spans: readonly Span[]): string {
  return PAST_WORDS('day.of', { day: inWords.value.format(day.fromMs), sum: sumText(spans) });
}

/** "Down 2 times, for 12 min in all, not seen for 3 min". */
export function sumText(spans: readonly Span[]): string {
  const n = spans.filter(({ kind }) => kind === 'down').length;
  const blind = secondsOf(spans, 'blind');
  return [
    n === 0 ? PAST_WORDS('sum.none') : PAST_WORDS('sum', { n, time: lengthText(secondsOf(spans, 'down')) }),
    ...(blind >= 1 ? [PAST_WORDS('sum.blind', { time: lengthText(blind) })] : []),
  ].join(', ');
}
