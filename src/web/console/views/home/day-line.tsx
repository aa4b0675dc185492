/** Owns the line under a camera: its last 24 hours, when it was down and when nobody could see it. */

import { lengthText, nowMs } from '../../clock.ts';
import type { Condition } from '../../house/condition.ts';
import { DAY_MS, lastDay } from '../../house/outages.ts';
import { HOME } from './words.ts';

const MINUTES = 1440;

export function DayLine({ cameraId, condition }: { readonly cameraId: number; readonly condition: Condition }) {
  const outages = lastDay.value && (lastDay.value.get(cameraId) ?? []);
  if (!outages || condition === 'off') return null;
  const now = nowMs();
  const spans = outages.map(({ id, kind, from, until }) => {
    const start = Math.max(0, 1 - (now - Date.parse(from)) / DAY_MS);
    const end = until === null ? 1 : Math.max(start, 1 - (now - Date.parse(until)) / DAY_MS);
    return { id, kind, start: start * MINUTES, length: Math.max(2, (end - start) * MINUTES), share: end - start };
  });
  const seconds = (wanted: string) =>
    (spans.filter(({ kind }) => kind === wanted).reduce((sum, { share }) => sum + share, 0) * DAY_MS) / 1000;
  const [down, blind] = [seconds('down'), seconds('blind')];
  const label = [
    down >= 1 ? HOME('day.down', { time: lengthText(down) }) : HOME('day.up'),
    ...(blind >= 60 ? [HOME('day.blind', { time: lengthText(blind) })] : []),
  ].join(', ');
  return (
    <svg class="day-line" viewBox={`0 0 ${MINUTES} 6`} preserveAspectRatio="none" role="img" aria-label={label}>
      <title>{label}</title>
      <rect class="day-rest" width={MINUTES} height="6" />
      {spans.map(({ id, kind, start, length }) => (
        <rect key={id} class={`day-${kind}`} x={start} width={length} height="6" />
      ))}
    </svg>
  );
}
