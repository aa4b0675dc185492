/** Owns what a node shows below itself: short texts, few updates, and the same words for the same state of the connection. */

import type { Node, NodeStatus } from 'node-red';
import { textKey } from '../texts.ts';
import type { ServerStatus, Trouble } from './server.ts';

export interface StatusLine {
  /** A function is asked only when the status is drawn: words are looked up in catalogues, and that is slow. */
  show(status: NodeStatus | (() => NodeStatus)): void;
  /** Clears it, for the node closes. */
  close(): void;
}

/** A browser draws each update: messages in thousands must not become as many of them. */
const SHORTEST_PAUSE_MS = 250;

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

/** What keeps every node from its work; undefined when all is well. Texts are keys of catalogues, which the editor translates. */
export function troubleOf({ connection, trouble, presence }: ServerStatus): NodeStatus | undefined {
  // Each new attempt would only make it flicker.
  if (connection !== 'connected' && trouble) return ring('red', troubleText(trouble));
  if (connection === 'connecting') return ring('yellow', 'node-red:common.status.connecting');
  if (connection !== 'connected') return ring('red', 'node-red:common.status.disconnected');
  if (presence === 'offline') return ring('red', ofServer('offline'));
  return presence === 'nobody' ? ring('yellow', ofServer('nobody')) : undefined;
}

/** As `troubleOf`, for a node that asks: events need no login. */
export function requestTroubleOf(status: ServerStatus): NodeStatus | undefined {
  const trouble = troubleOf(status);
  if (trouble) return trouble;
  if (status.login === 'failed') return ring('red', ofServer('loginFailed'));
  return status.login === 'unanswered' ? ring('yellow', ofServer('unanswered')) : undefined;
}

function troubleText({ cause }: Trouble): string {
  return cause === 'ended' ? 'node-red:common.status.disconnected' : ofServer(cause);
}

function ofServer(key: string): string {
  return textKey('nestmtx-server', `status.${key}`);
}

export function dot(fill: NonNullable<NodeStatus['fill']>, text: string): NodeStatus {
  return { fill, shape: 'dot', text };
}

export const CONNECTED = dot('green', 'node-red:common.status.connected');

export function ring(fill: NonNullable<NodeStatus['fill']>, text: string): NodeStatus {
  return { fill, shape: 'ring', text };
}
