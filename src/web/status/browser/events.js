/** Owns how the latest events are shown, of all cameras or of one; and what of all changes is read out to who does not see them. */

import { reasonText } from './cameras.js';
import { byId, element, icon, keptList, setIcon, setText } from './dom.js';

/** @typedef {import('../document.ts').ShownCamera} Camera */
/** @typedef {import('../recent-events.ts').RecentEvent} RecentEvent */

/** What happened, as a shape. @type {Readonly<Record<string, string>>} */
const ICONS = {
  ready: 'running',
  notReady: 'idle',
  stalled: 'problem',
  offline: 'problem',
  online: 'running',
  'failed-extension': 'problem',
  unauthenticated: 'problem',
  created: 'plus',
  removed: 'minus',
  read: 'viewer',
  unread: 'viewer',
};

/** @param {import('./cameras.js').Surroundings} surroundings */
export function createEventsView(surroundings) {
  const { say } = surroundings;
  const list = byId('events');
  const filter = /** @type {HTMLSelectElement} */ (byId('event-filter'));
  const rows = keptList(
    list,
    ({ key }) => key,
    () => createRow(surroundings),
  );
  const options = keptList(filter, ({ value }) => value, createOption);
  /** @type {readonly RecentEvent[]} */
  let events = [];
  filter.addEventListener('change', showRows);
  // It scrolls where there is little room, and not every browser lets the keyboard do that by itself.
  list.tabIndex = 0;

  function showRows() {
    const isChosen = filter.value !== '';
    const wanted = isChosen ? events.filter((event) => isOf(event, filter.value)) : events;
    rows(withKeys(wanted));
    const none = byId('no-events');
    none.hidden = wanted.length > 0;
    setText(none, say(isChosen ? 'events.none.filtered' : 'events.none'));
  }

  return {
    /** @param {readonly RecentEvent[]} latest @param {readonly Camera[]} cameras */
    show(latest, cameras) {
      events = latest;
      const chosen = filter.value;
      const choices = choicesOf(latest, cameras);
      options([{ value: '', text: say('events.all') }, ...choices]);
      filter.value = choices.some(({ value }) => value === chosen) ? chosen : '';
      showRows();
    },
  };
}

/** @param {RecentEvent} event @param {string} cameraId */
function isOf({ domain, entity }, cameraId) {
  return domain === 'camera' && String(entity) === cameraId;
}

/**
 * Cameras that are gone too, as long as something is told of them.
 * @param {readonly RecentEvent[]} events @param {readonly Camera[]} cameras
 */
function choicesOf(events, cameras) {
  const names = new Map(cameras.map(({ id, name }) => [String(id), name]));
  for (const { domain, entity, name } of events) {
    if (domain === 'camera' && entity !== null && name !== null && !names.has(String(entity))) {
      names.set(String(entity), name);
    }
  }
  return [...names].map(([value, text]) => ({ value, text })).sort((a, b) => a.text.localeCompare(b.text));
}

/** Two may be alike in every way, so they are counted from the oldest on. @param {readonly RecentEvent[]} events */
function withKeys(events) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return [...events]
    .reverse()
    .map((event) => {
      const alike = JSON.stringify(event);
      const n = (seen.get(alike) ?? 0) + 1;
      seen.set(alike, n);
      return { event, key: `${alike}${n}` };
    })
    .reverse();
}

function createOption() {
  const option = element('option');
  return {
    element: option,
    /** @param {{ value: string, text: string }} choice */
    update({ value, text }) {
      option.value = value;
      setText(option, text);
    },
  };
}

/** @param {import('./cameras.js').Surroundings} surroundings */
function createRow(surroundings) {
  const { say, knows, times } = surroundings;
  const picture = icon('event');
  const who = element('strong');
  const what = element('span');
  const why = element('span', 'event-reason');
  const time = element('time');
  const row = element('li', 'event', picture, element('p', '', who, ' ', what, ' ', why), time);
  return {
    element: row,
    /** @param {{ event: RecentEvent, key: string }} shown */
    update({ event: { at, domain, event, name, reason } }) {
      const key = `event.${domain}.${event}`;
      row.dataset['event'] = event;
      setIcon(picture, ICONS[event] ?? 'event');
      setText(who, name ?? say(domain === 'camera' ? 'event.unknown' : 'event.credentials'));
      setText(what, knows(key) ? say(key) : event);
      setText(why, reason === null ? '' : reasonText(reason, surroundings));
      times.showClock(time, at);
    },
  };
}
