/** Owns what comes out of the second output of a node that has one for errors: the message that failed, as a Catch node would have it. */

import type { Node, NodeMessageInFlow } from 'node-red';

/** @param def of the node, which says whether there is one */
export function hasErrorOutput(def: object): boolean {
  return 'errorOutput' in def && (def.errorOutput === true || def.errorOutput === 'true');
}

export function failedMessage(node: Node, msg: NodeMessageInFlow, error: Error): NodeMessageInFlow {
  const { id, type, name } = node;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: error.cause };
  return Object.assign(msg, { error: { message: error.message, ...code, ...cause, source: { id, type, name } } });
}
