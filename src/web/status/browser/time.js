/** Owns moments as people read them: how long ago by the service's clock, and exactly when by their own. */

import { setText } from './dom.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const TICK_MS = 10_000;

/**
 * @param {string} locale as in `navigator.language`
 * @param {import('./words/words.js').Say} say
 */
export function createTimes(locale, say) {
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  /** By how much the service's clock is ahead of the browser's. */
  let aheadMs = 0;

  /** @param {number} atMs */
  function howLongAgo(atMs) {
    const pastMs = Math.max(0, Date.now() + aheadMs - atMs);
    if (pastMs < MINUTE_MS) return say('time.now');
    if (pastMs < HOUR_MS) return ago.format(-Math.floor(pastMs / MINUTE_MS), 'minute');
    if (pastMs < DAY_MS) return ago.format(-Math.floor(pastMs / HOUR_MS), 'hour');
    return ago.format(-Math.floor(pastMs / DAY_MS), 'day');
  }

  function tick() {
    for (const time of document.querySelectorAll('time[data-ago]')) {
      setText(time, howLongAgo(Date.parse(time.getAttribute('datetime') ?? '')));
    }
  }
  setInterval(tick, TICK_MS);

  return {
    /** @param {string} now what the service says */
    adjust(now) {
      aheadMs = Date.parse(now) - Date.now();
    },
    tick,
    /** Shows how long ago, and goes on doing so. @param {HTMLTimeElement} time @param {string} at */
    showAgo(time, at) {
      mark(time, at);
      time.dataset['ago'] = '';
      setText(time, howLongAgo(Date.parse(at)));
    },
    /** Shows the time of day, and the day unless it is today. @param {HTMLTimeElement} time @param {string} at */
    showClock(time, at) {
      mark(time, at);
      const moment = new Date(at);
      const isToday = moment.toDateString() === new Date().toDateString();
      setText(time, isToday ? clock.format(moment) : `${day.format(moment)}, ${clock.format(moment)}`);
    },
    /** @param {string | number} at */
    exactly: (at) => exact.format(new Date(at)),
    /** @param {number} atMs */
    clockTime: (atMs) => clock.format(atMs),
  };

  /** @param {HTMLTimeElement} time @param {string} at */
  function mark(time, at) {
    time.dateTime = at;
    time.title = exact.format(new Date(at));
  }
}

/** @typedef {ReturnType<typeof createTimes>} Times */
