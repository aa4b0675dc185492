/** Owns what is read out to people who do not see the page: cameras whose condition changed, seldom enough to be listened to. */

import { byId } from './dom.js';

/** @typedef {import('../document.ts').ShownCamera} Camera */

const EVERY_MS = 5000;
const READ_OUT = 3;

/** @param {import('./words/words.js').Say} say */
export function createAnnouncer(say) {
  /** @type {Map<number, Camera['condition']> | undefined} */
  let known;
  /** What changed since the last announcement, by camera: only how it is now matters. @type {Map<number, string>} */
  const waiting = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function speak() {
    timer = undefined;
    if (waiting.size === 0) return;
    const all = [...waiting.values()];
    waiting.clear();
    const more = all.length > READ_OUT ? [say('announce.more', { n: all.length - READ_OUT })] : [];
    byId('announcements').textContent = [...all.slice(0, READ_OUT), ...more].join('. ');
    timer = setTimeout(speak, EVERY_MS);
  }

  return {
    /** @param {readonly Camera[]} cameras */
    notice(cameras) {
      for (const { id, name, condition } of cameras) {
        const before = known?.get(id);
        if (known && before !== condition) waiting.set(id, `${name}: ${say(`condition.${condition}`)}`);
      }
      known = new Map(cameras.map(({ id, condition }) => [id, condition]));
      if (timer === undefined) speak();
    },
  };
}
