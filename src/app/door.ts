/** Owns a second way in for whoever identifies people by other means than ours: requests to hand over, and sign-in. Opens no port. */

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Config } from '../config/config.ts';
import { createExternalUsers, type ExternalUser } from '../core/directory/external-users.ts';
import { type LentAccount, lendAccount } from '../core/directory/lent-account.ts';
import type { Core } from './core.ts';

export interface Door {
  /** Answered as if it had come in at the HTTP port. */
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  signIn(user: ExternalUser): Promise<SignIn>;
  /** An account at the broker for another program, the same at every start. */
  lendAccount(borrower: string): Promise<LentAccount>;
}

/** Without a token somebody is a stranger, who may see what needs no login. */
type SignIn = { readonly token: string | undefined } | { readonly refusal: string };

/** @param server has all its listeners, or gets them later */
export function openDoor({ mode }: Config, core: Core, server: Server): Door {
  const { sessions, directory } = core;
  const users = createExternalUsers({ ...core, userChanged: (userId) => directory.userChanged(userId) });

  async function signIn(user: ExternalUser): Promise<SignIn> {
    // There are no users of ours: an administrator acts as the one that is configured, anybody else as nobody.
    if (mode === 'follow') return { token: user.role === 'admin' ? sessions.operatorToken() : undefined };
    const token = await users.signIn(user);
    return token === undefined ? { refusal: 'an administrator of NestMTX Bridge has barred this user' } : { token };
  }

  return {
    request: (request, response) => void server.emit('request', request, response),
    upgrade: (request, socket, head) => void server.emit('upgrade', request, socket, head),
    signIn,
    lendAccount: (borrower) => lendAccount(core, borrower),
  };
}
