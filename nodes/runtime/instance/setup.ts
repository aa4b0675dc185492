/** Owns what the settings of an account node make of an account: used for the node itself, and for a dialog that is not deployed. */

import type { NodeAPI } from 'node-red';
import { splitAddress } from '../address-secrets.ts';
import { NodeError } from '../node-error.ts';
import { tlsOf } from '../tls.ts';
import type { AccountSetup } from './account.ts';
import { instanceApiUrl } from './address.ts';
import type { AccountFields, AccountSecrets } from './settings.ts';
import type { AccountLogin } from './token.ts';

/** @throws NodeError `invalid_setting`, `not_deployed` for its TLS configuration */
export function accountSetupOf(
  RED: NodeAPI,
  { url, login, tls, brokerTls, brokerHost }: AccountFields,
  secrets: AccountSecrets,
): AccountSetup {
  const { address, username, password } = splitAddress(url);
  return {
    url: instanceApiUrl(address),
    // What an older flow has in its URL counts where there are no credentials.
    login: loginOf(login, secrets.username === '' ? { ...secrets, username, password } : secrets),
    tls: tlsOf(RED, tls),
    brokerTls,
    brokerHost: brokerHost.trim(),
  };
}

function loginOf(kind: AccountFields['login'], { username, password, token }: AccountSecrets): AccountLogin {
  if (kind === 'token') {
    if (token === '') throw invalid('token', 'the login is by token, but there is none');
    return { kind, token };
  }
  if (username === '' || password === '') {
    throw invalid('username', 'the login needs an e-mail address or a name, and a password');
  }
  return { kind, username, password };
}

function invalid(field: string, message: string): NodeError {
  return new NodeError('invalid_setting', message, { field });
}
