/** Owns the lists that dialogs choose from: read only, for users who may see the server node; nothing of a record but id and name. */

import type { NodeAPI } from 'node-red';
import { ClientError } from '../../../src/client/client-error.ts';
import { isObject } from '../../../src/protocol/envelope.ts';
import { nodeErrorOf } from '../node-error.ts';
import { allPages } from './pages.ts';
import type { Server } from './server.ts';
import { findServer } from './servers.ts';

interface Choice {
  readonly value: string;
  readonly label: string;
  /** What people call it; absent where it has no name. */
  readonly name?: string;
  /** Of a camera that has one. */
  readonly room?: string;
}

/** Which modules can be looked up, and what their records are called by. */
const NAMES: Readonly<Record<string, string>> = {
  cameras: 'name',
  credentials: 'description',
  cronjobs: 'name',
  users: 'username',
};
const CONNECT_TIMEOUT_MS = 2000;
const REQUEST_TIMEOUT_MS = 5000;

/** What a room is called that was never set (contract 2.7). */
const NO_ROOM = 'Unknown';

/** `GET nestmtx/<id of the server node>/<module>`, relative to the editor's address. */
export function serveLookups(RED: NodeAPI): void {
  const mayRead = RED.auth.needsPermission('nestmtx-server.read');
  // The names of accounts are for those who may use the login that reads them.
  RED.httpAdmin.get('/nestmtx/:server/users', RED.auth.needsPermission('nestmtx-server.write'));
  RED.httpAdmin.get('/nestmtx/:server/:module', mayRead, (request, response) => {
    const module = String(request.params['module']);
    answerChoices(RED, response, module, lookUp(findServer(RED, String(request.params['server'])), module));
  });
}

interface Answer {
  status(code: number): this;
  json(body: object): unknown;
}

export function answerChoices(RED: NodeAPI, response: Answer, module: string, found: Promise<Choice[]>): void {
  found.then(
    (choices) => void response.json(choices),
    (error: unknown) => {
      const { message } = nodeErrorOf(error);
      if (statusOf(error) === 502) RED.log.warn(`[nestmtx-server] the list of ${module} could not be read: ${message}`);
      response.status(statusOf(error)).json({ error: message });
    },
  );
}

/** There is no server to ask, or none can be made of its settings. */
export class NotDeployed extends Error {}

/** @param server undefined before it is deployed */
export async function lookUp(server: Server | undefined, module: string): Promise<Choice[]> {
  const name = Object.hasOwn(NAMES, module) ? NAMES[module] : undefined;
  if (!server || name === undefined) throw new NotDeployed('deploy the server first');
  const lease = server.use();
  try {
    await lease.client.connected({ timeoutMs: CONNECT_TIMEOUT_MS });
    const list = (payload: Readonly<Record<string, unknown>>) =>
      lease.request({ command: 'list', module, payload }, { timeoutMs: REQUEST_TIMEOUT_MS });
    return (await allPages(list)).filter(isObject).map((item) => choice(item, name));
  } finally {
    await lease.release('now');
  }
}

function choice(item: Readonly<Record<string, unknown>>, key: string): Choice {
  const value = String(item['id'] ?? item[key]);
  const name = item[key] ? String(item[key]) : undefined;
  const room = typeof item['room'] === 'string' && item['room'] !== NO_ROOM ? item['room'] : undefined;
  const label = (name === undefined ? value : `${name} (${value})`) + (room === undefined ? '' : ` · ${room}`);
  return { value, label, ...(name !== undefined && { name }), ...(room !== undefined && { room }) };
}

function statusOf(error: unknown): number {
  if (error instanceof NotDeployed) return 404;
  return error instanceof ClientError ? 503 : 502;
}
