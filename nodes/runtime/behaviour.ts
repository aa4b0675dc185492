/** Owns how our code runs inside Node-RED: what it throws, at once or later, ends in `done` or in the log, never in the runtime. */

import type { Node, NodeAPI, NodeCredentials, NodeDef, NodeMessage, NodeMessageInFlow } from 'node-red';

export type Send = (msg: NodeMessage | (NodeMessage | NodeMessage[] | null)[]) => void;

export interface Behaviour {
  /** What it throws goes to the Catch nodes of the flow. */
  readonly input?: (msg: NodeMessageInFlow, send: Send) => Promise<void>;
  readonly close?: () => Promise<void>;
}

/** @param build makes one node; where it throws, the node stays there and answers each message with that error */
export function registerNode<Def extends NodeDef, Credentials extends object = object>(
  RED: NodeAPI,
  type: string,
  build: (node: Node<Credentials>, def: Def) => Behaviour,
  credentials?: NodeCredentials<Credentials>,
): void {
  function construct(this: Node<Credentials>, def: Def): void {
    RED.nodes.createNode(this, def);
    const { input, close } = attempt(this, () => build(this, def));
    if (input) {
      this.on('input', (msg, send, done) => {
        const settle = (error?: Error) => {
          try {
            done(error);
          } catch (fault) {
            // Node-RED copies the message for the nodes that watch this one, and some cannot be copied: they get the error alone.
            this.error(error ?? asError(fault), {});
          }
        };
        run(() => input(msg, send)).then(
          () => settle(),
          (error: unknown) => settle(asError(error)),
        );
      });
    }
    // Node-RED counts the parameters: it waits only for a function that takes `done`.
    this.on('close', (done: () => void) => {
      run(async () => close?.())
        .catch((error: unknown) => this.error(asError(error).message))
        .finally(done);
    });
  }
  RED.nodes.registerType<Node<Credentials>, Def, unknown, Credentials>(
    type,
    construct,
    credentials ? { credentials } : {},
  );
}

/** For callbacks that Node-RED does not see: a fault is logged at the node, and reaches its Catch nodes. */
export function guarded<Args extends unknown[]>(
  node: Node,
  callback: (...args: Args) => void,
): (...args: Args) => void {
  return (...args) => {
    try {
      callback(...args);
    } catch (error) {
      node.error(asError(error), {});
    }
  };
}

/** JSONata throws objects that are no errors, but have a message; a message of a flow can throw anything, even what throws when looked at. */
export function asError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error) return thrown;
    const hasMessage = typeof thrown === 'object' && thrown !== null && 'message' in thrown;
    return new Error(String(hasMessage ? thrown.message : thrown));
  } catch {
    return new Error('something was thrown that cannot be read');
  }
}

function attempt(node: Node, build: () => Behaviour): Behaviour {
  try {
    return build();
  } catch (thrown) {
    const error = asError(thrown);
    node.error(error.message);
    node.status({ fill: 'red', shape: 'ring', text: 'node-red:common.status.error' });
    return { input: () => Promise.reject(error) };
  }
}

/** A function that throws before its first await rejects like any other. */
async function run(action: () => Promise<void>): Promise<void> {
  await action();
}
