/** Owns the warning of a URL in a flow that has a secret in it: flows are exported, shown and kept in repositories. */

import type { Node, NodeAPI } from 'node-red';
import { hasSecret } from './address-secrets.ts';
import { unsetVariable } from './values.ts';

/** @param value as Node-RED gives it: a variable that has a secret is none in the flow */
export function warnOfSecret(RED: NodeAPI, node: Node, field: string, value: string): void {
  if (!hasSecret(value) || isVariable(RED, node, field)) return;
  node.warn(
    `the setting “${field}” holds a user name, a password or a token, and with it this flow and every export: ` +
      'it is used, but open the flow in the editor, which moves it to the credentials, and deploy',
  );
}

/** As the flow has it: what a node is given has the values of variables in it already. */
function isVariable(RED: NodeAPI, node: Node, field: string): boolean {
  let isFound = false;
  RED.nodes.eachNode((each) => {
    const source = new Map<string, unknown>(Object.entries(each));
    // Inside a subflow each instance has another id.
    if (each.id === node.id || ('_alias' in node && each.id === node._alias)) {
      isFound = unsetVariable(source.get(field)) !== undefined;
    }
  });
  return isFound;
}
