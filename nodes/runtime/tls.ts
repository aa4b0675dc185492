/** Owns the way from a node's TLS property to what TLS takes: Node-RED's own `tls-config` node has it. */

import type { Node, NodeAPI } from 'node-red';
import type { Tls } from '../../src/client/address.ts';
import { NodeError } from './node-error.ts';

/**
 * @returns undefined without a TLS configuration
 * @throws NodeError `not_deployed`
 */
export function tlsOf(RED: NodeAPI, id: string): Tls | undefined {
  if (id === '') return undefined;
  const node: Node | null = RED.nodes.getNode(id);
  if (!isTlsNode(node)) {
    throw new NodeError('not_deployed', 'the TLS configuration is missing or disabled', { field: 'tls' });
  }
  const options: Tls = {};
  node.addTLSOptions(options);
  return options;
}

interface TlsNode extends Node {
  addTLSOptions(options: object): void;
}

function isTlsNode(node: Node | null): node is TlsNode {
  return node !== null && 'addTLSOptions' in node && typeof node.addTLSOptions === 'function';
}
