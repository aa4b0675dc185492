/** Owns how each part of the service is, and what was not well, since when and until when. */

import { CircleCheck, CircleX, TriangleAlert } from 'lucide';
import type { Check } from '../../../../protocol/entities/health.ts';
import type { Trouble } from '../../../../protocol/entities/system/troubles.ts';
import { call } from '../../api.ts';
import { lengthText, timeText } from '../../clock.ts';
import { useLoad } from '../../loads.ts';
import { Badge } from '../../parts/badge.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { may, status } from '../../status.ts';
import { healthText, PART_NAMES } from '../../words/health.ts';
import { SYSTEM } from './words.ts';

const SHOWN = 20;

export function HealthSection() {
  const parts = Object.entries(status.value?.health.details ?? {});
  const wrong = parts.flatMap(([part, { healthy }]) => (healthy === true ? [] : [`${part} ${healthy}`]));
  return (
    <section aria-labelledby="health-title">
      <h2 id="health-title">{SYSTEM('health')}</h2>
      <ul class="plain-list">
        {parts.map(([part, check]) => (
          <li key={part}>
            <Health healthy={check.healthy} />
            <span>{nameOf(part)}</span>
            {check.healthy !== true && <p class="hint">{healthText(part, check.meta?.['reason'])}</p>}
          </li>
        ))}
      </ul>
      {may('troubles', 'list') && <Past wrong={wrong.join()} />}
    </section>
  );
}

/** @param wrong asked again when something else is */
function Past({ wrong }: { readonly wrong: string }) {
  const load = useLoad(() => call('troubles.list', { itemsPerPage: SHOWN }), [wrong]);
  return (
    <>
      <h2 id="past-title">{SYSTEM('health.past')}</h2>
      <Loaded load={load}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="hint">{SYSTEM('health.past.none')}</p>
          ) : (
            <ul class="plain-list" aria-labelledby="past-title">
              {items.map((trouble) => (
                <li key={trouble.id}>
                  <Health healthy={trouble.kind === 'failed' ? false : null} />
                  <span>{nameOf(trouble.part)}</span>
                  <span class="hint">{spanText(trouble)}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}

function Health({ healthy }: { readonly healthy: Check['healthy'] }) {
  if (healthy === true) return <Badge tone="good" icon={CircleCheck} text={SYSTEM('is.good')} />;
  if (healthy === null) return <Badge tone="warn" icon={TriangleAlert} text={SYSTEM('is.limited')} />;
  return <Badge tone="bad" icon={CircleX} text={SYSTEM('is.bad')} />;
}

function spanText({ from, until, seconds }: Trouble): string {
  if (until === null) return SYSTEM('health.lasts', { from: timeText(from) });
  return SYSTEM('health.was', { from: timeText(from), time: lengthText(seconds) });
}

function nameOf(part: string): string {
  return PART_NAMES.knows(part) ? PART_NAMES(part) : part;
}
