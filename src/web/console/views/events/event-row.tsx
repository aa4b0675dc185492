/** Owns how one event stands in the list: when, what, why, and all of it for who wants that. */

import { eventText } from '../../house/events.ts';
import type { LiveEvent } from '../../live.ts';
import { At } from '../../parts/moment.tsx';
import { COMMON } from '../../words/common.ts';
import { REASONS } from '../../words/conditions.ts';

export function EventRow({ event }: { readonly event: LiveEvent }) {
  const { at, domain, entity, details } = event;
  const { reason } = details;
  const text = eventText(event);
  return (
    <li>
      <At at={at} />
      <div>
        <p>{domain === 'camera' && entity !== null ? <a href={`#/cameras/${entity}`}>{text}</a> : text}</p>
        {typeof reason === 'string' && <p class="hint">{REASONS.knows(reason) ? REASONS(reason) : reason}</p>}
        <details class="hint">
          <summary>{COMMON('details')}</summary>
          <code>{JSON.stringify({ domain, event: event.event, entity, details })}</code>
        </details>
      </div>
    </li>
  );
}
