/** Owns what comes out of the second output of a node that has one for errors: the message that failed, as a Catch node would have it. */

import type { Node, NodeMessageInFlow } from 'node-red';
import { flag } from './values.ts';

const IS_THERE = flag();

/** @param def of the node as Node-RED gives it: the output is there even where another setting is wrong */
export function hasErrorOutput(def: object): boolean {
  return 'errorOutput' in def && IS_THERE.read(def.errorOutput) === true;
}

export function failedMessage(node: Node, msg: NodeMessageInFlow, error: Error): NodeMessageInFlow {
  const { id, type, name } = node;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: error.cause };
  return Object.assign(msg, { error: { message: error.message, ...code, ...cause, source: { id, type, name } } });
}
