/** Owns the past of a camera: the last day, week or month in one glance, and each outage with its reason. */

import type { Camera } from '../../../../../protocol/entities/camera.ts';
import type { OutageInfo } from '../../../../../protocol/entities/outage.ts';
import { call } from '../../../api.ts';
import { exactText, lengthText, nowMs, timeText } from '../../../clock.ts';
import { DAY_MS, lastDay } from '../../../house/outages.ts';
import { useLoad } from '../../../loads.ts';
import { Loaded } from '../../../parts/loaded.tsx';
import { queryOf } from '../../../router.ts';
import { may } from '../../../status.ts';
import { REASONS } from '../../../words/conditions.ts';
import { Days, sumText } from './days.tsx';
import { lastDays, spansIn, type TimeWindow, watchedIn } from './past.ts';
import { Timeline } from './timeline.tsx';
import { PAST_WORDS } from './words.ts';

const RANGES = { '24h': 1, '7d': 7, '30d': 30 } as const;
type Range = keyof typeof RANGES;
const MOST = 1000;

export function History({ camera }: { readonly camera: Camera }) {
  const { id, createdAt } = camera;
  const range = rangeIn(queryOf('range'));
  const now = nowMs();
  const days = lastDays(RANGES[range], now);
  const day = days.find(({ name }) => name === queryOf('day'));
  const window: TimeWindow = day ?? { fromMs: now - RANGES[range] * DAY_MS, toMs: now };
  // What changes from minute to minute is no other question.
  const load = useLoad(
    () => pastOf(id, days[0] ?? window, day ?? { fromMs: now - DAY_MS, toMs: now }),
    [...[id, range, day?.name, lastDay.value]],
  );
  const addressOf = (more: string) => `#/cameras/${id}?tab=history&range=${range}${more}`;
  return (
    <>
      <nav class="ranges" aria-label={PAST_WORDS('range')}>
        {Object.keys(RANGES).map((each) => (
          <a
            key={each}
            href={`#/cameras/${id}?tab=history&range=${each}`}
            aria-current={each === range ? 'true' : undefined}
          >
            {PAST_WORDS(`range.${rangeIn(each)}`)}
          </a>
        ))}
      </nav>
      <Loaded load={load}>
        {({ outages, idle, events }) => {
          const knownFromMs = Date.parse(createdAt);
          const inWindow = spansIn(outages, window, knownFromMs);
          const ofDay = range === '24h' || day !== undefined;
          return (
            <>
              <p class="past-sum">{sumText(inWindow)}</p>
              {range !== '24h' && (
                <Days
                  days={days.map((each) => ({ day: each, spans: spansIn(outages, each, knownFromMs) }))}
                  shown={day?.name}
                  addressOf={({ name }) => addressOf(name === day?.name ? '' : `&day=${name}`)}
                />
              )}
              {ofDay && (
                <Timeline
                  label={sumText(inWindow)}
                  window={window}
                  spans={spansIn([...outages, ...idle], window, knownFromMs)}
                  watched={watchedIn(events, window)}
                />
              )}
              <Legend isOfDay={ofDay} />
              <Outages outages={outages.filter((outage) => inWindow.some((span) => span.outage === outage))} />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

async function pastOf(id: number, { fromMs }: TimeWindow, day: TimeWindow) {
  const from = new Date(Math.min(fromMs, day.fromMs)).toISOString();
  const between = { from: new Date(day.fromMs).toISOString(), until: new Date(day.toMs).toISOString() };
  const ofCamera = { camera: String(id), itemsPerPage: MOST };
  const [outages, idle, events] = await Promise.all([
    call('outages.list', { ...ofCamera, from }),
    call('outages.list', { ...ofCamera, ...between, kind: 'idle' }),
    may('events', 'list')
      ? call('events.list', { domain: 'camera', entity: String(id), ...between, itemsPerPage: MOST })
      : { items: [] },
  ]);
  return { outages: outages.items, idle: idle.items, events: events.items };
}

function rangeIn(text: string): Range {
  return text === '7d' || text === '30d' ? text : '24h';
}

function Legend({ isOfDay }: { readonly isOfDay: boolean }) {
  const kinds = isOfDay ? (['ok', 'idle', 'down', 'blind', 'watched'] as const) : (['well', 'down', 'blind'] as const);
  return (
    <ul class="legend">
      {kinds.map((kind) => (
        <li key={kind} data-kind={kind}>
          {kind === 'watched' ? PAST_WORDS('watched') : PAST_WORDS(`kind.${kind}`)}
        </li>
      ))}
    </ul>
  );
}

function Outages({ outages }: { readonly outages: readonly OutageInfo[] }) {
  return (
    <section aria-labelledby="outages-title">
      <h2 id="outages-title">{PAST_WORDS('outages')}</h2>
      <p class="hint">{PAST_WORDS('outages.hint')}</p>
      {outages.length === 0 ? (
        <p>{PAST_WORDS('noOutages')}</p>
      ) : (
        <ul class="event-list">
          {outages.map(({ id, kind, reason, from, until, seconds }) => (
            <li key={id} data-kind={kind}>
              <time dateTime={from} title={exactText(from)}>
                {timeText(from)}
              </time>
              <span>
                <strong>
                  {lengthText(seconds)}
                  {until === null && ` (${PAST_WORDS('lasts')})`}
                </strong>{' '}
                {kind === 'blind' && `${PAST_WORDS('notSeen')} `}
                {reason !== null && (REASONS.knows(reason) ? REASONS(reason) : reason)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
