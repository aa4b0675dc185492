/** Owns how cameras are shown: one card each, those with a problem first and those that are off last, and what an administrator can have done with them. */

import { byId, element, icon, keptList, setIcon, setText } from './dom.js';
import { Refusal } from './session.js';

/** @typedef {import('../document.ts').ShownCamera} Camera */
/**
 * @typedef {object} Surroundings
 * @property {import('./words/words.js').Say} say
 * @property {(key: string) => boolean} knows
 * @property {import('./time.js').Times} times
 * @property {import('./session.js').Session['act']} act
 */

const CONDITIONS = /** @type {const} */ (['problem', 'running', 'idle', 'disabled']);
const DONE_SHOWN_MS = 4000;

/** @param {Surroundings} surroundings */
export function createCamerasView(surroundings) {
  const { say } = surroundings;
  const cards = keptList(
    byId('cameras'),
    ({ id }) => id,
    () => createCard(surroundings),
  );
  const counts = keptList(
    byId('counts'),
    ({ condition }) => condition,
    () => createCount(say),
  );

  return {
    /** @param {readonly Camera[]} cameras */
    show(cameras) {
      const named = [...cameras].sort((a, b) => a.name.localeCompare(b.name) || a.id - b.id);
      cards([0, 1, 2].flatMap((place) => named.filter(({ condition }) => placeOf(condition) === place)));
      byId('no-cameras').hidden = cameras.length > 0;
      counts(
        CONDITIONS.map((condition) => ({
          condition,
          n: cameras.filter((camera) => camera.condition === condition).length,
        })).filter(({ n }) => n > 0),
      );
    },
  };
}

/** Why, in words; a reason from a newer service is shown as it is. @param {string} reason @param {Surroundings} surroundings */
export function reasonText(reason, { say, knows }) {
  return knows(`reason.${reason}`) ? say(`reason.${reason}`) : reason;
}

/** Feeds come and go, and their cards stay where they are. @param {Camera['condition']} condition */
function placeOf(condition) {
  if (condition === 'problem') return 0;
  return condition === 'disabled' ? 2 : 1;
}

/** @param {import('./words/words.js').Say} say */
function createCount(say) {
  const picture = icon('idle');
  const text = element('span');
  const row = element('li', 'count', picture, text);
  return {
    element: row,
    /** @param {{ condition: Camera['condition'], n: number }} count */
    update({ condition, n }) {
      row.dataset['condition'] = condition;
      setIcon(picture, condition);
      setText(text, say(`count.${condition}`, { n }));
    },
  };
}

/** @param {Surroundings} surroundings */
function createCard(surroundings) {
  const { say, times } = surroundings;
  const name = element('h3');
  const room = element('p', 'room');
  const picture = icon('idle');
  const word = element('span');
  const reason = element('p', 'reason');
  const path = element('dd', 'path');
  const readers = element('dd');
  const since = element('dd');
  const time = element('time');
  const tags = element('ul', 'tags');
  const buttons = createButtons(surroundings);
  const card = element(
    'li',
    'card',
    element('div', 'card-head', element('div', 'card-title', name, room), element('p', 'condition', picture, word)),
    reason,
    element(
      'dl',
      '',
      ...[path, readers, since].flatMap((value, at) => {
        const terms = ['camera.path', 'camera.readers', 'camera.since'];
        return [element('div', '', element('dt', '', say(terms[at] ?? '')), value)];
      }),
    ),
    tags,
    buttons.element,
  );

  return {
    element: card,
    /** @param {Camera} camera */
    update(camera) {
      card.dataset['condition'] = camera.condition;
      card.dataset['camera'] = String(camera.id);
      setText(name, camera.name);
      setText(room, camera.room);
      setIcon(picture, camera.condition);
      setText(word, say(`condition.${camera.condition}`));
      const why = camera.reason === null ? '' : reasonText(camera.reason, surroundings);
      setText(reason, why);
      reason.hidden = why === '';
      setText(path, camera.path ?? say('camera.noPath'));
      setText(readers, String(camera.readers));
      if (camera.since === null) setText(since, say('camera.never'));
      else {
        if (time.parentElement !== since) since.replaceChildren(time);
        times.showAgo(time, camera.since);
      }
      showTags(tags, [
        ...(camera.demanded ? [say('camera.demanded')] : []),
        ...(camera.persistent ? [say('camera.persistent')] : []),
      ]);
      buttons.update(camera);
    },
  };
}

/** @param {HTMLUListElement} list @param {readonly string[]} tags */
function showTags(list, tags) {
  list.hidden = tags.length === 0;
  if ([...list.children].map(({ textContent }) => textContent).join() === tags.join()) return;
  list.replaceChildren(...tags.map((tag) => element('li', '', tag)));
}

/** @param {Surroundings} surroundings */
function createButtons({ say, act }) {
  const result = element('span', 'result');
  result.setAttribute('role', 'status');
  const row = element('div', 'actions');
  let cameraId = 0;

  /** @param {Camera['actions'][number]} action */
  async function run(action) {
    for (const button of row.querySelectorAll('button')) button.setAttribute('aria-disabled', 'true');
    result.dataset['tone'] = '';
    setText(result, say('action.busy'));
    try {
      await act(cameraId, action);
      result.dataset['tone'] = 'good';
      setText(result, say('action.done'));
      setTimeout(() => {
        if (result.dataset['tone'] === 'good') setText(result, '');
      }, DONE_SHOWN_MS);
    } catch (error) {
      result.dataset['tone'] = 'bad';
      const reason = error instanceof Refusal ? error.message : say('signIn.offline');
      setText(result, say('action.failed', { reason }));
    } finally {
      for (const button of row.querySelectorAll('button')) button.removeAttribute('aria-disabled');
    }
  }

  const buttons = keptList(
    row,
    (action) => action,
    () => {
      const button = element('button', 'small');
      button.type = 'button';
      return {
        element: button,
        /** @param {Camera['actions'][number]} action */
        update(action) {
          setText(button, say(`action.${action}`));
          // Stays focusable while it works, unlike a disabled one.
          button.onclick = () => {
            if (button.getAttribute('aria-disabled') !== 'true') void run(action);
          };
        },
      };
    },
  );

  const whole = element('div', 'card-foot', row, result);
  return {
    element: whole,
    /** @param {Camera} camera */
    update({ id, name, actions }) {
      cameraId = id;
      whole.hidden = actions.length === 0;
      buttons(actions);
      for (const button of row.querySelectorAll('button')) {
        button.setAttribute('aria-label', say('action.of', { action: button.textContent ?? '', name }));
      }
    },
  };
}
