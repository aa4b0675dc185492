/** Owns how a property with a type beside it becomes a value: from the dialog, the message, a context, the environment or JSONata. */

import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';

/** Types of ours: what was typed or picked is the value. */
const LITERAL = ['verb', 'module', 'record'];

export interface TypedValues {
  /** @returns undefined for the type `none`, for a number that was left empty, and for what is not there */
  read(value: string, type: string): Promise<unknown>;
  /** As `read`; numbers become texts, an empty one counts as not there. */
  readText(value: string, type: string): Promise<string | undefined>;
}

export function typedValues(RED: NodeAPI, node: Node, msg: NodeMessageInFlow): TypedValues {
  async function read(value: string, type: string): Promise<unknown> {
    if (type === 'none') return undefined;
    // Node-RED takes an empty number for 0: a timeout of nothing, a list of nothing.
    if (type === 'num' && value.trim() === '') return undefined;
    if (LITERAL.includes(type)) return value;
    return new Promise((resolve, reject) => {
      RED.util.evaluateNodeProperty(value, type, node, msg, (error: Error | null, result: unknown) => {
        if (error) reject(error);
        else resolve(result);
      });
    });
  }

  return {
    read,
    readText: async (value, type) => {
      const result = await read(value, type);
      return result === undefined || result === null || result === '' ? undefined : String(result);
    },
  };
}
