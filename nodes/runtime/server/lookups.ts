/** Owns the lists that dialogs choose from: read only, for users who may see the server node; nothing of a record but id and name. */

import type { NodeAPI } from 'node-red';
import { ClientError } from '../../../src/client/client-error.ts';
import { isObject } from '../../../src/protocol/envelope.ts';
import { nodeErrorOf } from '../node-error.ts';
import { allPages } from './pages.ts';
import { findServer } from './servers.ts';

interface Choice {
  readonly value: string;
  readonly label: string;
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

/** `GET nestmtx/<id of the server node>/<module>`, relative to the editor's address. */
export function serveLookups(RED: NodeAPI): void {
  const mayRead = RED.auth.needsPermission('nestmtx-server.read');
  // The names of accounts are for those who may use the login that reads them.
  RED.httpAdmin.get('/nestmtx/:server/users', RED.auth.needsPermission('nestmtx-server.write'));
  RED.httpAdmin.get('/nestmtx/:server/:module', mayRead, (request, response) => {
    const module = String(request.params['module']);
    lookUp(RED, String(request.params['server']), module).then(
      (choices) => void response.json(choices),
      (error: unknown) => {
        const { message } = nodeErrorOf(error);
        if (statusOf(error) === 502)
          RED.log.warn(`[nestmtx-server] the list of ${module} could not be read: ${message}`);
        response.status(statusOf(error)).json({ error: message });
      },
    );
  });
}

class NotDeployed extends Error {}

async function lookUp(RED: NodeAPI, id: string, module: string): Promise<Choice[]> {
  const name = Object.hasOwn(NAMES, module) ? NAMES[module] : undefined;
  const server = findServer(RED, id);
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

function choice(item: Readonly<Record<string, unknown>>, name: string): Choice {
  const value = String(item['id'] ?? item[name]);
  const words = item[name] ? `${item[name]} (${value})` : value;
  const room = typeof item['room'] === 'string' ? ` · ${item['room']}` : '';
  return { value, label: words + room };
}

function statusOf(error: unknown): number {
  if (error instanceof NotDeployed) return 404;
  return error instanceof ClientError ? 503 : 502;
}
