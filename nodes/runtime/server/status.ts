/** Owns what a node shows below itself: short texts, few updates, and the same words for the same state of the connection. */

import type { Node, NodeStatus } from 'node-red';
import { PACKAGE } from '../package.ts';
import type { ServerStatus } from './server.ts';

export interface StatusLine {
  /** A function is asked only when the status is drawn: words are looked up in catalogues, and that is slow. */
  show(status: NodeStatus | (() => NodeStatus)): void;
  /** Clears it, for the node closes. */
  close(): void;
}

/** A browser draws each update: messages in thousands must not become as many of them. */
const SHORTEST_PAUSE_MS = 250;
const SERVER_CATALOG = `${PACKAGE}/nestmtx-server:nestmtx-server.status`;

export function createStatusLine(node: Node): StatusLine {
  let shown = '';
  let wanted: NodeStatus | (() => NodeStatus) = {};
  let pause: NodeJS.Timeout | undefined;

  function update(): void {
    pause = undefined;
    const status = typeof wanted === 'function' ? wanted() : wanted;
    if (JSON.stringify(status) === shown) return;
    shown = JSON.stringify(status);
    node.status(status);
    pause = setTimeout(update, SHORTEST_PAUSE_MS);
  }

  return {
    show: (status) => {
      wanted = status;
      if (!pause) update();
    },
    close: () => {
      clearTimeout(pause);
      node.status({});
    },
  };
}

/** Undefined when all is well; texts are keys of catalogues, which the editor translates. */
export function troubleOf({ connection, login, isOnline }: ServerStatus): NodeStatus | undefined {
  if (connection === 'connecting') return ring('yellow', 'node-red:common.status.connecting');
  if (connection !== 'connected') return ring('red', 'node-red:common.status.disconnected');
  if (isOnline === false) return ring('red', `${SERVER_CATALOG}.offline`);
  return login === 'failed' ? ring('red', `${SERVER_CATALOG}.loginFailed`) : undefined;
}

export function dot(fill: NonNullable<NodeStatus['fill']>, text: string): NodeStatus {
  return { fill, shape: 'dot', text };
}

export const CONNECTED = dot('green', 'node-red:common.status.connected');

function ring(fill: NonNullable<NodeStatus['fill']>, text: string): NodeStatus {
  return { fill, shape: 'ring', text };
}
