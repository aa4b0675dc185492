/** Owns what the dialogs of an account ask before it is deployed: its instances, and whether it can be used. For those alone who may change it. */

import type { NodeAPI } from 'node-red';
import { ClientError } from '../../../src/client/client-error.ts';
import { dialogValues } from '../dialog-values.ts';
import { createInstanceAccount, type InstanceAccount } from './account.ts';
import { InstanceApiError } from './error.ts';
import { answerInstances, lookUp, NotDeployed } from './lookup.ts';
import { ACCOUNT } from './settings.ts';
import { accountSetupOf } from './setup.ts';

/** What is wrong: a key of the texts under `trial`. */
type Reason = 'unreachable' | 'certificate' | 'noTls' | 'login' | 'refused' | 'noApi' | 'failed' | 'settings';

type Trial =
  | { readonly reason: 'ok'; readonly instances: number }
  | { readonly reason: Reason; readonly detail: string };

/**
 * `POST mqtt-instance/<id of the account node>/instances` with `{settings, secrets}` as `GET` answers for a deployed one, and
 * `POST mqtt-instance/<id of the account node>` says what a trial says; relative to the editor's address.
 */
export function serveInstanceDialogs(RED: NodeAPI): void {
  const mayChange = RED.auth.needsPermission('mqtt-instance-account.write');
  RED.httpAdmin.post('/mqtt-instance/:account/instances', mayChange, (request, response) => {
    const found = accountOf(RED, String(request.params['account']), request.body).then((account) =>
      once(account, lookUp),
    );
    answerInstances(RED, response, found);
  });
  RED.httpAdmin.post('/mqtt-instance/:account', mayChange, (request, response) => {
    const trial = accountOf(RED, String(request.params['account']), request.body).then((account) =>
      once(account, tryAccount),
    );
    trial.then(
      (result) => void response.json(result),
      (error: unknown) => void response.json({ reason: 'settings', detail: wordsOf(error) }),
    );
  });
}

/** @throws NotDeployed in words for the user */
async function accountOf(RED: NodeAPI, id: string, body: unknown): Promise<InstanceAccount> {
  try {
    const { fields, secrets } = dialogValues(RED, id, body, ACCOUNT);
    return createInstanceAccount(accountSetupOf(RED, fields, secrets));
  } catch (error) {
    throw new NotDeployed(wordsOf(error));
  }
}

/** Uses an account that nobody keeps. */
async function once<Result>(
  account: InstanceAccount,
  use: (account: InstanceAccount) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(account);
  } finally {
    account.close();
  }
}

async function tryAccount(account: InstanceAccount): Promise<Trial> {
  try {
    const found = await lookUp(account);
    return { reason: 'ok', instances: found.length };
  } catch (error) {
    return { reason: reasonOf(error), detail: wordsOf(error) };
  }
}

function reasonOf(error: unknown): Reason {
  const words = wordsOf(error);
  if (error instanceof InstanceApiError) {
    if (error.status === 401) return 'login';
    if (error.status === 403) return 'refused';
    return error.status === 404 || error.status < 400 ? 'noApi' : 'failed';
  }
  if (!(error instanceof ClientError)) return 'noApi';
  if (/cert|self.signed|unable_to_verify|issuer|altname/i.test(words)) return 'certificate';
  if (/wrong_version|ERR_SSL|EPROTO|does not speak TLS/i.test(words)) return 'noTls';
  return 'unreachable';
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
