/** Owns what a dialog sends that is not deployed: it comes in by the door of its node, with the deployed secrets where nobody typed others. */

import type { NodeAPI } from 'node-red';
import { isObject } from '../../src/protocol/envelope.ts';
import type { Door } from './behaviour.ts';
import { type Kinds, readValues, type Secret, unsetVariable, type Values } from './values.ts';

/** What the editor has in the field of a password that it may not see. */
const UNTOUCHED = '__PWRD__';

/**
 * Only for who may change the node: with an address of his own he could have a secret sent anywhere.
 * @param id of the configuration node
 * @throws NodeError `invalid_setting`
 */
export function dialogValues<Fields extends Kinds, Secrets extends Record<string, Secret>>(
  RED: NodeAPI,
  id: string,
  body: unknown,
  door: Door<Fields, Secrets>,
): { readonly fields: Values<Fields>; readonly secrets: Values<Secrets> } {
  const node = RED.nodes.getNode(id);
  const deployed: unknown = RED.nodes.getCredentials(id);
  // As Node-RED does it at a deploy.
  const substituted = (value: unknown) =>
    unsetVariable(value) === undefined ? value : RED.util.evaluateNodeProperty(String(value), 'env', node, {}) || value;
  const all = (from: unknown) =>
    Object.fromEntries(Object.entries(isObject(from) ? from : {}).map(([name, value]) => [name, substituted(value)]));
  const { settings, secrets } = isObject(body) ? body : { settings: {}, secrets: {} };
  const typed = Object.entries(all(secrets)).filter(([, value]) => value !== UNTOUCHED);
  return {
    fields: readValues(door.fields, all(settings)),
    secrets: readValues(door.secrets, { ...all(deployed), ...Object.fromEntries(typed) }),
  };
}
