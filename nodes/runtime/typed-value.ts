/** Owns how a property with a type beside it becomes a value: from the dialog, the message, a context, the environment or JSONata. */

import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import { NodeError, nodeErrorOf } from './node-error.ts';
import { shapeOf, textOf, unsetVariable } from './values.ts';

/** Types of ours: what was typed or picked is the value. */
const LITERAL = ['verb', 'module', 'record', 'duration'];
/** What was typed is the value, as of those. */
const TYPED = [...LITERAL, 'str', 'num', 'bool'];

/** All throw a NodeError `invalid_value` that begins with `name`. */
export interface TypedValues {
  /** @returns undefined for the type `none`, for a number that was left empty, and for what is not there */
  read(name: string, value: string, type: string): Promise<unknown>;
  /** As `read`; numbers become texts, an empty one counts as not there, and nothing else is taken for a text. */
  readText(name: string, value: string, type: string): Promise<string | undefined>;
}

export function typedValues(RED: NodeAPI, node: Node, msg: NodeMessageInFlow): TypedValues {
  async function evaluate(name: string, value: string, type: string): Promise<unknown> {
    if (type === 'none') return undefined;
    // Node-RED takes an empty number for 0: a timeout of nothing, a list of nothing.
    if (type === 'num' && value.trim() === '') return undefined;
    const variable = TYPED.includes(type) ? unsetVariable(value) : undefined;
    if (variable) throw new NodeError('invalid_value', `${name} is the variable ${variable}, which is not set`);
    if (LITERAL.includes(type)) return value;
    return new Promise((resolve, reject) => {
      RED.util.evaluateNodeProperty(value, type, node, msg, (error: Error | null, result: unknown) => {
        if (error) reject(error);
        else resolve(result);
      });
    });
  }

  async function read(name: string, value: string, type: string): Promise<unknown> {
    try {
      return await evaluate(name, value, type);
    } catch (error) {
      if (error instanceof NodeError) throw error;
      throw new NodeError('invalid_value', `${name} cannot be had: ${nodeErrorOf(error).message}`);
    }
  }

  return {
    read,
    readText: async (name, value, type) => {
      const result = await read(name, value, type);
      if (result === undefined || result === null || result === '') return undefined;
      const text = textOf(result);
      if (text === undefined) throw new NodeError('invalid_value', `${name} must be a text, not ${shapeOf(result)}`);
      return text;
    },
  };
}
