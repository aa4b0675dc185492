/** Owns what every call of the instance API begins and ends with: who is asking, and an answer whatever happens. */

import type { Request, RequestHandler, Response } from 'express';
import type { Sessions } from '../../core/accounts/sessions.ts';
import type { Caller } from '../../core/instances/audit.ts';
import type { Log } from '../../core/ports.ts';
import { bearerOf } from '../http/envelope.ts';
import { requestIdOf } from '../http/requests.ts';
import { peerOf } from '../http/server/peer.ts';
import { sendUnauthorized } from './answers.ts';
import { answerFailure } from './errors.ts';

/** A request of someone who is logged in. */
export type CallHandler = (caller: Caller, request: Request, response: Response) => void | Promise<void>;

/** Makes a route of a handler. @param words what the published call says when it fails */
export type Route = (handler: CallHandler, words?: string) => RequestHandler;

export function routeFor(sessions: Sessions, log: Log): Route {
  return (handler, words) => async (request, response) => {
    const session = sessions.find(bearerOf(request.headers.authorization) ?? '', peerOf(request).address);
    if (!session) return sendUnauthorized(request, response);
    const { address } = peerOf(request);
    const caller = { user: session.user, address, requestId: requestIdOf(response) };
    try {
      await handler(caller, request, response);
    } catch (error) {
      answerFailure(request, response, error, log, words);
    }
  };
}

export function idOf({ params: { id } }: Request): string {
  return typeof id === 'string' ? id : '';
}
