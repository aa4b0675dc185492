/** Owns how our code runs inside Node-RED: what it throws, at once or later, ends in `done` or in the log, never in the runtime. */

import type { Node, NodeAPI, NodeCredentials, NodeDef, NodeMessage, NodeMessageInFlow } from 'node-red';
import { failedMessage, hasErrorOutput } from './error-output.ts';
import { type NodeError, nodeErrorOf } from './node-error.ts';
import { textKey, textWith } from './texts.ts';
import { type Kinds, readValues, type Secret, type Values } from './values.ts';

export type Send = (msg: NodeMessage | (NodeMessage | NodeMessage[] | null)[]) => void;

export interface Behaviour {
  /** What it throws goes to the Catch nodes of the flow. */
  readonly input?: (msg: NodeMessageInFlow, send: Send) => Promise<void>;
  /** @param isRemoved it does not come back with this deploy */
  readonly close?: (isRemoved: boolean) => Promise<void>;
}

/** What a node has to be told: its settings, and what is kept apart from flows. */
export interface Door<Fields extends Kinds = Kinds, Secrets extends Record<string, Secret> = Record<string, Secret>> {
  readonly fields: Fields;
  readonly secrets: Secrets;
}

/**
 * @param door by which all settings and credentials come in
 * @param build makes one node; where it throws, the node stays there and answers each message with that error
 */
export function registerNode<Fields extends Kinds, Secrets extends Record<string, Secret>>(
  RED: NodeAPI,
  type: string,
  door: Door<Fields, Secrets>,
  build: (node: Node, values: Values<Fields>, secrets: Values<Secrets>) => Behaviour,
): void {
  function construct(this: Node<object>, def: NodeDef): void {
    RED.nodes.createNode(this, def);
    const { input, close } = attempt(RED, this, () => {
      // Node-RED has no credentials where none were ever entered.
      const credentials: object | undefined = this.credentials;
      return build(this, readValues(door.fields, def), readValues(door.secrets, credentials ?? {}));
    });
    if (input) {
      this.on('input', (msg, send, done) => {
        const settle = (error?: Error) => {
          try {
            done(error);
          } catch (fault) {
            // Node-RED copies the message for the nodes that watch this one, and some cannot be copied: they get the error alone.
            this.error(error ?? nodeErrorOf(fault), {});
          }
        };
        run(() => input(msg, send)).then(
          () => settle(),
          (thrown: unknown) => {
            const error = nodeErrorOf(thrown);
            try {
              if (hasErrorOutput(def)) send([null, failedMessage(this, msg, error)]);
              settle(hasErrorOutput(def) ? undefined : error);
            } catch {
              settle(error);
            }
          },
        );
      });
    }
    // Node-RED counts the parameters: it waits only for a function that takes `done`.
    this.on('close', (isRemoved: boolean, done: () => void) => {
      run(async () => close?.(isRemoved))
        .catch((error: unknown) => this.error(nodeErrorOf(error).message))
        .finally(done);
    });
  }
  const credentials: NodeCredentials<object> = { ...door.secrets };
  RED.nodes.registerType<Node<object>, NodeDef, unknown, object>(type, construct, { credentials });
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
      node.error(nodeErrorOf(error), {});
    }
  };
}

function attempt(RED: NodeAPI, node: Node, build: () => Behaviour): Behaviour {
  try {
    return build();
  } catch (thrown) {
    const error = nodeErrorOf(thrown);
    node.error(`${error.message} (${error.code})`);
    node.status({ fill: 'red', shape: 'ring', text: statusOf(RED, node.type, error) });
    return { input: () => Promise.reject(error) };
  }
}

/** In the words of the dialog, where it has some for this setting. */
function statusOf(RED: NodeAPI, type: string, { field }: NodeError): string {
  if (field === undefined) return 'node-red:common.status.error';
  const key = `errors.${field}`;
  const isKnown = RED._(`${type}.${key}`) !== `${type}.${key}`;
  return isKnown ? textKey(type, key) : textWith('nestmtx-server', 'status.setting', { field });
}

/** A function that throws before its first await rejects like any other. */
async function run(action: () => Promise<void>): Promise<void> {
  await action();
}
