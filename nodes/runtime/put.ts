/** Owns how properties are put into a message of a flow: some take none, and that is no fault of ours. */

import type { NodeMessageInFlow } from 'node-red';
import { NodeError, nodeErrorOf } from './node-error.ts';

/** @throws NodeError `unusable_message` */
export function put(msg: NodeMessageInFlow, properties: object): NodeMessageInFlow {
  try {
    return Object.assign(msg, properties);
  } catch (error) {
    throw new NodeError('unusable_message', `the message takes no properties: ${nodeErrorOf(error).message}`);
  }
}
