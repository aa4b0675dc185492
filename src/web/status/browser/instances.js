/** Owns how MQTT instances are shown: who may connect where, and who does. Passwords do not come here. */

import { byId, element, icon, keptList, setIcon, setText } from './dom.js';

/** @typedef {import('../document.ts').ShownInstance} Instance */

/** @param {import('./words/words.js').Say} say @param {import('./time.js').Times} times */
export function createInstancesView(say, times) {
  const rows = keptList(
    byId('instances'),
    ({ id }) => id,
    () => createRow(say, times),
  );
  return {
    /** @param {readonly Instance[] | null} instances null where none can be rented */
    show(instances) {
      byId('instances-section').hidden = instances === null;
      byId('no-instances').hidden = instances === null || instances.length > 0;
      rows(instances ?? []);
    },
  };
}

/** @param {import('./words/words.js').Say} say @param {import('./time.js').Times} times */
function createRow(say, times) {
  const name = element('span', 'instance-name');
  const owner = element('span', 'instance-owner');
  const user = element('code');
  const address = element('span', 'instance-address');
  const picture = icon('healthy');
  const word = element('span');
  const condition = element('p', 'condition', picture, word);
  const end = element('p', 'instance-more');
  const connections = element('p', 'instance-more');
  const row = element(
    'li',
    'instance',
    element('div', 'instance-title', element('p', '', name, ' ', owner), element('p', '', user, ' ', address)),
    element('div', 'instance-state', condition, end, connections),
  );
  return {
    element: row,
    /** @param {Instance} instance */
    update(instance) {
      row.dataset['condition'] = instance.condition;
      setText(name, instance.label ?? instance.user);
      setText(owner, instance.owner === null ? '' : say('instance.owner', { name: instance.owner }));
      setText(user, instance.label === null ? '' : instance.user);
      setText(address, `${instance.server}:${instance.port}`);
      setIcon(picture, instance.condition === 'enabled' ? 'healthy' : 'disabled');
      setText(word, say(`instance.${instance.condition}`));
      const { expiresAt } = instance;
      setText(end, expiresAt === null ? '' : say('instance.until', { time: times.exactly(expiresAt) }));
      end.hidden = expiresAt === null;
      setText(connections, connectionsText(instance.connections));
      connections.hidden = instance.connections === null;
    },
  };

  /** @param {number | null} n */
  function connectionsText(n) {
    if (n === null) return '';
    return n === 0 ? say('instance.alone') : say('instance.connected', { n });
  }
}
