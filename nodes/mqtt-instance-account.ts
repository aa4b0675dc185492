/** Owns the configuration node of an account at an instance API: turns its properties and credentials into calls in its name. */

import type { NodeAPI, NodeDef } from 'node-red';
import { registerNode } from './runtime/behaviour.ts';
import { type AccountSetup, createInstanceAccount } from './runtime/instance/account.ts';
import { publishAccount } from './runtime/instance/accounts.ts';
import { instanceApiUrl } from './runtime/instance/address.ts';
import { serveInstanceLookup } from './runtime/instance/lookup.ts';
import type { AccountLogin } from './runtime/instance/token.ts';

interface AccountDef extends NodeDef {
  readonly url: string;
  readonly login: AccountLogin['kind'];
  readonly brokerTls: AccountSetup['brokerTls'];
}

interface Credentials {
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
}

export default function mqttInstanceAccount(RED: NodeAPI): void {
  registerNode<AccountDef, Credentials>(
    RED,
    'mqtt-instance-account',
    (node, { url, login, brokerTls }) => {
      const setup = { url: instanceApiUrl(url), login: loginOf(login, node.credentials), brokerTls };
      publishAccount(node, createInstanceAccount(setup));
      return {};
    },
    { username: { type: 'text' }, password: { type: 'password' }, token: { type: 'password' } },
  );
  serveInstanceLookup(RED);
}

function loginOf(kind: AccountLogin['kind'], { username, password, token }: Credentials): AccountLogin {
  if (kind === 'token') {
    if (!token) throw new Error('the login is by token, but there is none');
    return { kind, token };
  }
  if (!username || !password) throw new Error('the login needs an e-mail address or a name, and a password');
  return { kind, username, password };
}
