/** Owns the way from a node's account property to the account; refuses what is missing or not deployed, in words for the user. */

import type { Node, NodeAPI } from 'node-red';
import { NodeError } from '../node-error.ts';
import type { InstanceAccount } from './account.ts';

const accounts = new WeakMap<object, InstanceAccount>();

export function publishAccount(node: Node, account: InstanceAccount): void {
  accounts.set(node, account);
}

/** Undefined before the configuration node is deployed. */
export function findAccount(RED: NodeAPI, id: string): InstanceAccount | undefined {
  const node: unknown = RED.nodes.getNode(id);
  return typeof node === 'object' && node !== null ? accounts.get(node) : undefined;
}

/** @throws NodeError `not_deployed`: the node has no account, or one that could not be made */
export function requireAccount(RED: NodeAPI, id: string | undefined): InstanceAccount {
  const account = id ? findAccount(RED, id) : undefined;
  if (account) return account;
  throw new NodeError('not_deployed', 'no instance account is chosen, or it is disabled or has errors', {
    field: 'account',
  });
}
