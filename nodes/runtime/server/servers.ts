/** Owns the way from a node's server property to the shared connection; refuses what is missing or not deployed, in words for the user. */

import type { Node, NodeAPI } from 'node-red';
import { NodeError } from '../node-error.ts';
import type { Server } from './server.ts';

const servers = new WeakMap<object, Server>();

export function publishServer(node: Node, server: Server): void {
  servers.set(node, server);
}

/** Undefined before the configuration node is deployed. */
export function findServer(RED: NodeAPI, id: string): Server | undefined {
  const node: unknown = RED.nodes.getNode(id);
  return typeof node === 'object' && node !== null ? servers.get(node) : undefined;
}

/** @throws NodeError `not_deployed`: the node has no server, or one that could not be made */
export function requireServer(RED: NodeAPI, id: string | undefined): Server {
  const server = id ? findServer(RED, id) : undefined;
  if (server) return server;
  throw new NodeError('not_deployed', 'no NestMTX server is chosen, or it is disabled or has errors', {
    field: 'server',
  });
}
