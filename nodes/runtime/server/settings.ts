/** Owns what the server node is told, and in which form it comes in. */

import { oneOf, secret, text, type Values } from '../values.ts';

export const SERVER = {
  fields: {
    url: text(),
    baseTopic: text('nestmtx'),
    tls: text(),
    /** With which account requests are made: the broker's, one of their own, a token, or none. */
    login: oneOf('broker', 'password', 'token', 'none'),
    httpUrl: text(),
  },
  secrets: {
    username: secret('text'),
    password: secret('password'),
    apiUsername: secret('text'),
    apiPassword: secret('password'),
    token: secret('password'),
    /** What stands behind the `?` in the address of a WebSocket. */
    query: secret('password'),
  },
} as const;

export type ServerFields = Values<typeof SERVER.fields>;
export type ServerSecrets = Values<typeof SERVER.secrets>;
