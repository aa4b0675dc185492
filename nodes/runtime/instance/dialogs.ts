/** Owns what the dialogs of an account ask before it is deployed: its instances, and whether it can be used. For those alone who may change it. */

import type { NodeAPI } from 'node-red';
import { ClientError } from '../../../src/client/client-error.ts';
import { type Unreachable, unreachable } from '../../../src/client/reasons/unreachable.ts';
import { dialogValues } from '../dialog-values.ts';
import { nodeErrorOf } from '../node-error.ts';
import { type AccountSetup, createInstanceAccount, type InstanceAccount } from './account.ts';
import { InstanceApiError } from './error.ts';
import { answerInstances, lookUp, NotDeployed } from './lookup.ts';
import { ACCOUNT } from './settings.ts';
import { accountSetupOf } from './setup.ts';

/** What is wrong: a key of the texts under `trial`. */
type Reason = 'unreachable' | 'certificate' | 'noTls' | 'login' | 'refused' | 'noApi' | 'failed' | 'settings';

type Trial =
  | { readonly reason: 'ok'; readonly instances: number }
  | { readonly reason: Reason; readonly detail: string };

const REASONS: Readonly<Record<Unreachable['cause'], Reason>> = {
  certificate: 'certificate',
  tls: 'noTls',
  protocol: 'noApi',
  unreachable: 'unreachable',
};

/**
 * `POST mqtt-instance/<id of the account node>/instances` with `{settings, secrets}` as `GET` answers for a deployed one, and
 * `POST mqtt-instance/<id of the account node>` says what a trial says; relative to the editor's address.
 */
export function serveInstanceDialogs(RED: NodeAPI): void {
  const mayChange = RED.auth.needsPermission('mqtt-instance-account.write');
  RED.httpAdmin.post('/mqtt-instance/:account/instances', mayChange, (request, response) => {
    const found = withAccount(RED, String(request.params['account']), request.body, lookUp);
    answerInstances(RED, response, found);
  });
  RED.httpAdmin.post('/mqtt-instance/:account', mayChange, (request, response) => {
    const trial = withAccount(RED, String(request.params['account']), request.body, tryAccount);
    trial.then(
      (result) => void response.json(result),
      (error: unknown) => void response.json({ reason: 'settings', detail: nodeErrorOf(error).message }),
    );
  });
}

/** @throws NotDeployed in words for the user */
async function withAccount<Result>(
  RED: NodeAPI,
  id: string,
  body: unknown,
  use: (account: InstanceAccount) => Promise<Result>,
): Promise<Result> {
  const account = createInstanceAccount(draftOf(RED, id, body));
  try {
    return await use(account);
  } finally {
    account.close();
  }
}

function draftOf(RED: NodeAPI, id: string, body: unknown): AccountSetup {
  try {
    const { fields, secrets } = dialogValues(RED, id, body, ACCOUNT);
    return accountSetupOf(RED, fields, secrets);
  } catch (error) {
    throw new NotDeployed(nodeErrorOf(error).message);
  }
}

async function tryAccount(account: InstanceAccount): Promise<Trial> {
  try {
    const found = await lookUp(account);
    return { reason: 'ok', instances: found.length };
  } catch (error) {
    return { reason: reasonOf(error), detail: nodeErrorOf(error).message };
  }
}

function reasonOf(error: unknown): Reason {
  if (error instanceof InstanceApiError) {
    if (error.status === 401) return 'login';
    if (error.status === 403) return 'refused';
    return error.status === 404 || error.status < 400 ? 'noApi' : 'failed';
  }
  if (!(error instanceof ClientError)) return 'noApi';
  if (!(error.cause instanceof Error)) return 'unreachable';
  return REASONS[unreachable(error.cause, 'HTTP').cause];
}
