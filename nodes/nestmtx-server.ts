/** Owns the configuration node of a NestMTX server: turns its settings and credentials into one shared connection. */

import type { NodeAPI } from 'node-red';
import type { ClientOptions } from '../src/client/client.ts';
import { isBaseTopic } from '../src/protocol/topics.ts';
import { splitAddress } from './runtime/address-secrets.ts';
import { registerNode } from './runtime/behaviour.ts';
import { warnOfSecret } from './runtime/flow-secrets.ts';
import { NodeError } from './runtime/node-error.ts';
import { brokerUrl, encrypted, isBrokerAddress, isHttpAddress } from './runtime/server/broker-address.ts';
import type { LoginWay } from './runtime/server/login.ts';
import { serveLookups } from './runtime/server/lookups.ts';
import { createServer } from './runtime/server/server.ts';
import { publishServer } from './runtime/server/servers.ts';
import { SERVER, type ServerFields, type ServerSecrets } from './runtime/server/settings.ts';
import { tlsOf } from './runtime/tls.ts';

export default function nestmtxServer(RED: NodeAPI): void {
  registerNode(RED, 'nestmtx-server', SERVER, (node, fields, secrets) => {
    warnOfSecret(RED, node, 'url', fields.url);
    warnOfSecret(RED, node, 'httpUrl', fields.httpUrl);
    const options = optionsOf(RED, fields, secrets);
    const httpUrl = splitAddress(fields.httpUrl).address;
    if (httpUrl !== '' && !isHttpAddress(httpUrl))
      throw invalid('httpUrl', 'the HTTP URL must begin with http or https');
    const server = createServer({
      options,
      way: loginWay(fields.login, { ...secrets, ...options }),
      log: {
        debug: (_fields, message) => node.debug(message),
        warn: (_fields, message) => node.warn(message),
        error: (_fields, message) => node.error(message),
      },
      afterDeploy: (callback) => {
        RED.events.once('flows:started', callback);
        return () => void RED.events.off('flows:started', callback);
      },
      publicHost: httpUrl === '' ? undefined : new URL(httpUrl).hostname,
    });
    publishServer(node, server);
    return { close: () => server.close() };
  });
  serveLookups(RED);
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
