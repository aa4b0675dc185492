/** Owns the list of instances that dialogs choose from: read only, for users who may see the account; no password is asked for or told. */

import type { NodeAPI } from 'node-red';
import { ClientError } from '../../../src/client/client-error.ts';
import { nodeErrorOf } from '../node-error.ts';
import type { InstanceAccount } from './account.ts';
import { findAccount } from './accounts.ts';
import { allInstances } from './list.ts';

interface Choice {
  readonly value: string;
  readonly label: string;
  /** What people call it. */
  readonly name: string;
}

const TIMEOUT_MS = 5000;

/** `GET mqtt-instance/<id of the account node>`, relative to the editor's address. */
export function serveInstanceLookup(RED: NodeAPI): void {
  const mayRead = RED.auth.needsPermission('mqtt-instance-account.read');
  RED.httpAdmin.get('/mqtt-instance/:account', mayRead, (request, response) => {
    answerInstances(RED, response, lookUp(findAccount(RED, String(request.params['account']))));
  });
}

interface Answer {
  status(code: number): this;
  json(body: object): unknown;
}

export function answerInstances(RED: NodeAPI, response: Answer, found: Promise<Choice[]>): void {
  found.then(
    (choices) => void response.json(choices),
    (error: unknown) => {
      const { message } = nodeErrorOf(error);
      if (statusOf(error) === 502) RED.log.warn(`[mqtt-instance-account] the list could not be read: ${message}`);
      response.status(statusOf(error)).json({ error: message });
    },
  );
}

/** There is no account to ask with, or none can be made of its settings. */
export class NotDeployed extends Error {}

/** @param account undefined before it is deployed */
export async function lookUp(account: InstanceAccount | undefined): Promise<Choice[]> {
  if (!account) throw new NotDeployed('deploy the account first');
  const list = async (path: string) => (await account.call({ method: 'GET', path }, { timeoutMs: TIMEOUT_MS })).body;
  const found = await allInstances(list, { fields: ['_id', 'user', 'label'] });
  return found.map(({ _id, user, label }) => ({
    value: String(_id),
    label: `${typeof label === 'string' ? `${label} · ` : ''}${user} (${_id})`,
    name: typeof label === 'string' && label !== '' ? label : String(user),
  }));
}

function statusOf(error: unknown): number {
  if (error instanceof NotDeployed) return 404;
  return error instanceof ClientError ? 503 : 502;
}
