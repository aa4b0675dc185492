/** Owns what the settings of a server node make of a connection: used for the node itself, and for a dialog that is not deployed. */

import type { NodeAPI } from 'node-red';
import type { ClientOptions } from '../../../src/client/client.ts';
import { isBaseTopic } from '../../../src/protocol/topics.ts';
import { splitAddress } from '../address-secrets.ts';
import { NodeError } from '../node-error.ts';
import { tlsOf } from '../tls.ts';
import { brokerUrl, encrypted, isBrokerAddress, isHttpAddress } from './broker-address.ts';
import type { LoginWay } from './login.ts';
import type { ServerSetup } from './server.ts';
import type { ServerFields, ServerSecrets } from './settings.ts';

/** @throws NodeError `invalid_setting`, `not_deployed` for its TLS configuration */
export function connectionOf(
  RED: NodeAPI,
  fields: ServerFields,
  secrets: ServerSecrets,
): Pick<ServerSetup, 'options' | 'way' | 'publicHost'> {
  const options = optionsOf(RED, fields, secrets);
  const httpUrl = splitAddress(fields.httpUrl).address;
  if (httpUrl !== '' && !isHttpAddress(httpUrl)) throw invalid('httpUrl', 'the HTTP URL must begin with http or https');
  return {
    options,
    way: loginWay(fields.login, { ...secrets, ...options }),
    publicHost: httpUrl === '' ? undefined : new URL(httpUrl).hostname,
  };
}

type Options = ClientOptions & { readonly username?: string | undefined; readonly password?: string | undefined };

function optionsOf(RED: NodeAPI, { url, baseTopic, tls: tlsId }: ServerFields, secrets: ServerSecrets): Options {
  const { address, username, password, query } = splitAddress(url);
  const complete = brokerUrl(address) + (secrets.query === '' ? query : withMark(secrets.query));
  if (!isBrokerAddress(complete)) throw invalid('url', 'the broker must be a host, or a URL such as mqtt://host:1883');
  if (!isBaseTopic(baseTopic)) {
    throw invalid('baseTopic', 'the base topic has wildcards, or a slash at one end, or is empty');
  }
  const tls = tlsOf(RED, tlsId);
  // What an older flow has in its URL counts where there are no credentials.
  const login = secrets.username === '' ? { username, password } : secrets;
  return {
    url: tls ? encrypted(complete) : complete,
    baseTopic,
    tls,
    username: login.username || undefined,
    password: login.password || undefined,
  };
}

function withMark(query: string): string {
  return query.startsWith('?') ? query : `?${query}`;
}

/** @param secrets those of the broker's login as they are used */
function loginWay(
  login: ServerFields['login'],
  secrets: Pick<ServerSecrets, 'apiUsername' | 'apiPassword' | 'token'> & Pick<Options, 'username' | 'password'>,
): LoginWay {
  const { username, password, apiUsername, apiPassword, token } = secrets;
  if (login === 'token') {
    if (token === '') throw invalid('token', 'the login is by token, but there is none');
    return { kind: 'token', token };
  }
  if (login === 'password') {
    if (!apiUsername || !apiPassword) throw invalid('apiUsername', 'the login needs a user name and a password');
    return { kind: 'password', username: apiUsername, password: apiPassword };
  }
  // A broker without accounts, such as upstream's, has none to share.
  if (login === 'none' || !username || !password) return { kind: 'none' };
  return { kind: 'password', username, password };
}

function invalid(field: string, message: string): NodeError {
  return new NodeError('invalid_setting', message, { field });
}
