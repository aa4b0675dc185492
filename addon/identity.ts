/** Owns the reading of whom Home Assistant's proxy speaks for. Believed only where the proxy itself is the peer. */

import type { IncomingHttpHeaders } from 'node:http';

export interface Identity {
  /** Home Assistant's id of the user. */
  readonly id: string;
  readonly name: string;
}

const USER_ID = 'x-remote-user-id';
const USER_NAME = 'x-remote-user-name';
const DISPLAY_NAME = 'x-remote-user-display-name';
const PATH = 'x-ingress-path';
const MAX_NAME = 64;

/** What is between Home Assistant and us, and none of the service's business. */
const PRIVATE = ['authorization', 'cookie', PATH, USER_ID, USER_NAME, DISPLAY_NAME];

/** @returns words for what is wrong where a header is missing or forged: Node joins two of one name by a comma, which none may hold */
export function readIdentity(headers: IncomingHttpHeaders): Identity | string {
  const path = textOf(headers, PATH);
  if (!/^\/api\/hassio_ingress\/[-\w]+$/.test(path))
    return `${PATH} is missing or is no path of Home Assistant's ingress`;
  const id = textOf(headers, USER_ID);
  if (!/^[-\w]{1,64}$/.test(id)) return `${USER_ID} is missing or is no id of a user`;
  const name = nameOf(headers, USER_NAME) || nameOf(headers, DISPLAY_NAME) || `home-assistant-${id.slice(0, 8)}`;
  return { id, name };
}

/** What the service gets to see: who it is stands in the token alone. */
export function withoutIdentity(headers: IncomingHttpHeaders, token: string | undefined): IncomingHttpHeaders {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !PRIVATE.includes(name)));
  return { ...kept, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
}

/** Sent as UTF-8; Node reads headers byte by byte. */
function nameOf(headers: IncomingHttpHeaders, header: string): string {
  const name = Buffer.from(textOf(headers, header), 'latin1').toString('utf8');
  return name
    .replace(/\p{Cc}/gu, '')
    .trim()
    .slice(0, MAX_NAME);
}

function textOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}
