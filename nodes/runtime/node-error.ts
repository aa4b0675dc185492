/** Owns the error that reaches Catch nodes and logs: whatever was thrown becomes one, with a code, and words that are nothing but words. */

import { ERRORS, type ErrorCode } from '../../src/protocol/errors.ts';
import { NODE_ERRORS, type NodeErrorCode } from './errors.ts';

interface NodeErrorOptions {
  /** Name of the setting that is wrong. */
  readonly field?: string | undefined;
  /** Of what an error carries beside its message and its code, Node-RED hands on only this to the Catch nodes. */
  readonly cause?: unknown;
}

export class NodeError extends Error {
  readonly code: NodeErrorCode | ErrorCode;
  readonly field: string | undefined;

  constructor(code: NodeErrorCode | ErrorCode, message: string, { field, cause }: NodeErrorOptions = {}) {
    // Node-RED looks whether the property is there at all.
    super(message, cause === undefined ? {} : { cause });
    this.name = 'NodeError';
    this.code = code;
    this.field = field;
  }

  /** What Node-RED takes for the text: without a class before it. */
  override toString(): string {
    return this.message;
  }
}

/** Never throws, whatever was thrown: JSONata throws objects, and a message of a flow can throw what throws when looked at. */
export function nodeErrorOf(thrown: unknown): NodeError {
  try {
    if (thrown instanceof NodeError) return thrown;
    const { message, code, cause } = partsOf(thrown);
    if (code === 'invalid_options') return new NodeError('invalid_setting', message);
    const error = isKnown(code) ? new NodeError(code, message, { cause }) : new NodeError('unexpected', message);
    // Where it was thrown is what a report needs.
    if (thrown instanceof Error && typeof thrown.stack === 'string') error.stack = thrown.stack;
    return error;
  } catch {
    return new NodeError('unexpected', 'something was thrown that cannot be read');
  }
}

function partsOf(thrown: unknown): { message: string; code: unknown; cause?: unknown } {
  if (typeof thrown !== 'object' || thrown === null) return { message: String(thrown), code: undefined };
  const message = 'message' in thrown ? String(thrown.message) : String(thrown);
  // Any other cause may be anything, and Node-RED copies it.
  const cause = 'status' in thrown && 'cause' in thrown ? { cause: thrown.cause } : {};
  return { message, code: 'code' in thrown ? thrown.code : undefined, ...cause };
}

function isKnown(code: unknown): code is NodeErrorCode | ErrorCode {
  return typeof code === 'string' && (Object.hasOwn(NODE_ERRORS, code) || Object.hasOwn(ERRORS, code));
}
