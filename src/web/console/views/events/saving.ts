/** Owns what was chosen as a file: all of it, not only what is shown. */

import { call } from '../../api.ts';
import { eventText } from '../../house/events.ts';
import type { LiveEvent } from '../../live.ts';
import { saveFile } from '../../parts/save-file.ts';
import { type Filter, queryFor } from './filter.ts';

const PER_PAGE = 1000;

/** @throws Refusal */
export async function saveEvents(filter: Filter, form: 'csv' | 'json'): Promise<void> {
  const all: LiveEvent[] = [];
  for (let page = 1, total = 1; all.length < total; page += 1) {
    const answer = await call('events.list', { ...queryFor(filter), page, itemsPerPage: PER_PAGE });
    if (answer.items.length === 0) break;
    total = answer.total;
    all.push(...answer.items);
  }
  const text = form === 'json' ? JSON.stringify(all, null, 2) : csvOf(all);
  saveFile(`events.${form}`, new Blob([text], { type: form === 'json' ? 'application/json' : 'text/csv' }));
}

function csvOf(events: readonly LiveEvent[]): string {
  const rows = events.map((event) => {
    const { at, domain, event: name, entity, details } = event;
    return [at, domain, name, entity ?? '', eventText(event), JSON.stringify(details)];
  });
  return [['at', 'domain', 'event', 'entity', 'text', 'details'], ...rows]
    .map((row) => row.map(cell).join(','))
    .join('\r\n');
}

/** RFC 4180; and no formula for a program that opens it (a name may begin with =). */
function cell(value: string | number): string {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
