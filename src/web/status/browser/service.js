/** Owns how the service itself is shown: its health in a word, and the parts that it depends on. */

import { byId, element, icon, keptList, setIcon, setText } from './dom.js';

/** @typedef {import('../document.ts').StatusDocument} StatusDocument */

/** @param {import('./words/words.js').Say} say @param {(key: string) => boolean} knows */
export function createServiceView(say, knows) {
  const health = byId('health');
  const healthIcon = icon('degraded');
  const healthWord = element('span');
  health.append(healthIcon, healthWord);
  const parts = keptList(byId('parts'), ([name]) => name, createPart);

  /** @param {string} name @param {boolean} isWell */
  function wordOf(name, isWell) {
    const key = `part.${name}.${isWell ? 'ok' : 'bad'}`;
    return say(knows(key) ? key : `part.other.${isWell ? 'ok' : 'bad'}`);
  }

  /** @returns {{ element: Element, update: (part: [string, { healthy: boolean | null }]) => void }} */
  function createPart() {
    const picture = icon('healthy');
    const name = element('span', 'part-name');
    const word = element('span', 'part-word');
    const row = element('li', 'part', picture, element('span', '', name, ' ', word));
    return {
      element: row,
      update([key, { healthy }]) {
        row.dataset['tone'] = healthy === true ? 'good' : healthy === null ? 'warn' : 'bad';
        setIcon(picture, healthy === true ? 'healthy' : healthy === null ? 'degraded' : 'unhealthy');
        setText(name, knows(`part.${key}`) ? say(`part.${key}`) : key);
        setText(word, wordOf(key, healthy === true));
      },
    };
  }

  return {
    /** @param {StatusDocument} document */
    show({ version, mode, health: { healthy, details } }) {
      setText(byId('version'), version);
      setText(byId('mode'), say(`mode.${mode}`));
      byId('mode').title = say(`modeHint.${mode}`);
      health.hidden = false;
      health.dataset['tone'] = { healthy: 'good', degraded: 'warn', unhealthy: 'bad' }[healthy];
      setIcon(healthIcon, healthy);
      setText(healthWord, say(`health.${healthy}`));
      parts(Object.entries(details));
    },
  };
}
