/** Owns what an MQTT account has used: by the hour, for seven days, and in all. */

import { useLoad } from '../../../loads.ts';
import { Chart } from '../../../parts/chart.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { locale } from '../../../words/language.ts';
import { ACCOUNTS } from '../words.ts';
import { type Usage, usageOf } from './rest.ts';

const HOUR_MS = 60 * 60 * 1000;

export function UsageChart({ id }: { readonly id: string }) {
  const load = useLoad(() => usageOf(id), [id]);
  return <Loaded load={load}>{(usage) => <Used usage={usage} />}</Loaded>;
}

function Used({ usage }: { readonly usage: Usage }) {
  const { history } = usage;
  const totals = [
    'messages_received',
    'messages_sent',
    'bytes_received',
    'bytes_sent',
    'peak_connections',
    'refused_logins',
  ] as const;
  return (
    <>
      <dl class="facts">
        {totals.map((key) => (
          <div key={key} class="fact">
            <dt>{ACCOUNTS(`used.${key}`)}</dt>
            <dd>{key.startsWith('bytes') ? bytesText(usage[key]) : usage[key].toLocaleString(locale.value)}</dd>
          </div>
        ))}
      </dl>
      {history.length === 0 ? <Empty title={ACCOUNTS('unused')} /> : <PerHour history={history} />}
    </>
  );
}

/** An hour in which nothing was used is not told, and was one of nothing. */
function PerHour({ history }: { readonly history: Usage['history'] }) {
  const hours = new Map(history.map((hour) => [Date.parse(hour.since), hour]));
  const sinceMs = Math.min(...hours.keys());
  const length = (Math.max(...hours.keys()) - sinceMs) / HOUR_MS + 1;
  const counted = (key: 'messages_received' | 'messages_sent') => ({
    label: ACCOUNTS(`used.${key}`),
    values: Array.from({ length }, (_, at) => hours.get(sinceMs + at * HOUR_MS)?.[key] ?? 0),
  });
  return (
    <Chart
      label={ACCOUNTS('usedPerHour')}
      sinceMs={sinceMs}
      stepMs={HOUR_MS}
      counts={[counted('messages_received'), counted('messages_sent')]}
    />
  );
}

function bytesText(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  const step = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const unit = units[step] ?? 'byte';
  const format = new Intl.NumberFormat(locale.value, {
    style: 'unit',
    unit,
    // The sign of the smallest is a whole word, with a plural.
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: 1,
  });
  return format.format(bytes / 1000 ** step);
}
