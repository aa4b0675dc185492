/** Owns how a list becomes messages, as the split node makes them, so that a join node puts them together again. */

import type { NodeAPI, NodeMessage, NodeMessageInFlow } from 'node-red';

/** One for each item, with the rest of the message in it. */
export function itemMessages(RED: NodeAPI, msg: NodeMessageInFlow, items: readonly unknown[]): NodeMessage[] {
  const outer = msg.parts === undefined ? {} : { parts: msg.parts };
  const id = RED.util.generateId();
  return items.map((payload, index) => {
    const parts = { ...outer, id, type: 'array', count: items.length, len: 1, index };
    return Object.assign(RED.util.cloneMessage(msg), { payload, parts });
  });
}
