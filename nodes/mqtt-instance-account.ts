/** Owns the configuration node of an account at an instance API: turns its settings and credentials into calls in its name. */

import type { NodeAPI } from 'node-red';
import { splitAddress } from './runtime/address-secrets.ts';
import { registerNode } from './runtime/behaviour.ts';
import { warnOfSecret } from './runtime/flow-secrets.ts';
import { createInstanceAccount } from './runtime/instance/account.ts';
import { publishAccount } from './runtime/instance/accounts.ts';
import { instanceApiUrl } from './runtime/instance/address.ts';
import { serveInstanceLookup } from './runtime/instance/lookup.ts';
import { ACCOUNT, type AccountFields, type AccountSecrets } from './runtime/instance/settings.ts';
import type { AccountLogin } from './runtime/instance/token.ts';
import { NodeError } from './runtime/node-error.ts';
import { tlsOf } from './runtime/tls.ts';

export default function mqttInstanceAccount(RED: NodeAPI): void {
  registerNode(RED, 'mqtt-instance-account', ACCOUNT, (node, { url, login, tls, brokerTls, brokerHost }, secrets) => {
    warnOfSecret(RED, node, 'url', url);
    const { address, username, password } = splitAddress(url);
    const account = createInstanceAccount({
      url: instanceApiUrl(address),
      // What an older flow has in its URL counts where there are no credentials.
      login: loginOf(login, secrets.username === '' ? { ...secrets, username, password } : secrets),
      tls: tlsOf(RED, tls),
      brokerTls,
      brokerHost: brokerHost.trim(),
    });
    publishAccount(node, account);
    return { close: async () => account.close() };
  });
  serveInstanceLookup(RED);
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
