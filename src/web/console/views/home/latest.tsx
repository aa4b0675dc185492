/** Owns the last ten events in words. */

import { eventText, recentEvents } from '../../house/events.ts';
import { At } from '../../parts/moment.tsx';
import { HOME } from './words.ts';

const SHOWN = 10;

export function Latest() {
  const events = recentEvents.value.slice(0, SHOWN);
  return (
    <section class="latest" aria-labelledby="latest-title">
      <h2 id="latest-title">{HOME('latest')}</h2>
      {events.length === 0 ? (
        <p class="hint">{HOME('noEvents')}</p>
      ) : (
        <ol class="event-list">
          {events.map((event, at) => (
            <li key={`${event.at}-${at}`}>
              <At at={event.at} />
              <span>{eventText(event)}</span>
            </li>
          ))}
        </ol>
      )}
      <a class="back" href="#/events">
        {HOME('all')}
      </a>
    </section>
  );
}
