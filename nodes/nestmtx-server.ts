/** Owns the configuration node of a NestMTX server: turns its properties and credentials into one shared connection. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { Tls } from '../src/client/address.ts';
import { isBaseTopic } from '../src/protocol/topics.ts';
import { registerNode } from './runtime/behaviour.ts';
import { brokerUrl, encrypted, isBrokerAddress } from './runtime/server/broker-address.ts';
import type { LoginWay } from './runtime/server/login.ts';
import { serveLookups } from './runtime/server/lookups.ts';
import { createServer } from './runtime/server/server.ts';
import { publishServer } from './runtime/server/servers.ts';

interface ServerDef extends NodeDef {
  readonly url: string;
  readonly baseTopic: string;
  readonly tls: string;
  /** With which account requests are made: the broker's, one of their own, a token, or none. */
  readonly login: 'broker' | 'password' | 'token' | 'none';
  readonly httpUrl: string;
}

interface Credentials {
  readonly username?: string;
  readonly password?: string;
  readonly apiUsername?: string;
  readonly apiPassword?: string;
  readonly token?: string;
}

export default function nestmtxServer(RED: NodeAPI): void {
  registerNode<ServerDef, Credentials>(
    RED,
    'nestmtx-server',
    (node, def) => {
      if (!isBrokerAddress(def.url)) throw new Error('the broker must be a host, or a URL such as mqtt://host:1883');
      if (!isBaseTopic(def.baseTopic))
        throw new Error('the base topic has wildcards, or a slash at one end, or is empty');
      const tls = tlsOf(RED, def.tls);
      const url = brokerUrl(def.url);
      const { username, password } = node.credentials;
      const server = createServer({
        options: { url: tls ? encrypted(url) : url, baseTopic: def.baseTopic, username, password, tls },
        way: loginWay(def.login, node.credentials),
        log: {
          debug: (_fields, message) => node.debug(message),
          warn: (_fields, message) => node.warn(message),
          error: (_fields, message) => node.error(message),
        },
        afterDeploy: (callback) => {
          RED.events.once('flows:started', callback);
          return () => void RED.events.off('flows:started', callback);
        },
        publicHost: def.httpUrl ? new URL(def.httpUrl).hostname : undefined,
      });
      publishServer(node, server);
      return { close: () => server.close() };
    },
    {
      username: { type: 'text' },
      password: { type: 'password' },
      apiUsername: { type: 'text' },
      apiPassword: { type: 'password' },
      token: { type: 'password' },
    },
  );
  serveLookups(RED);
}

function loginWay(login: ServerDef['login'], credentials: Credentials): LoginWay {
  const { username, password, apiUsername, apiPassword, token } = credentials;
  if (login === 'token') {
    if (!token) throw new Error('the login is by token, but there is none');
    return { kind: 'token', token };
  }
  if (login === 'password') {
    if (!apiUsername || !apiPassword) throw new Error('the login needs a user name and a password');
    return { kind: 'password', username: apiUsername, password: apiPassword };
  }
  // A broker without accounts, such as upstream's, has none to share.
  if (login === 'none' || !username || !password) return { kind: 'none' };
  return { kind: 'password', username, password };
}

/** Undefined without a TLS configuration. */
function tlsOf(RED: NodeAPI, id: string): Tls | undefined {
  if (!id) return undefined;
  const node: Node | null = RED.nodes.getNode(id);
  if (!isTlsNode(node)) throw new Error('the TLS configuration is missing or disabled');
  const options: Tls = {};
  node.addTLSOptions(options);
  return options;
}

interface TlsNode extends Node {
  addTLSOptions(options: object): void;
}

function isTlsNode(node: Node | null): node is TlsNode {
  return node !== null && 'addTLSOptions' in node && typeof node.addTLSOptions === 'function';
}
