/** Owns `Idempotency-Key` on the creation of an instance: a retry is the first request again, and burns no slot of the plan. */

import express, { type Request } from 'express';
import type { InstanceRequests } from '../../core/instances/keyed-requests.ts';
import type { Transaction } from '../../core/store.ts';
import { HttpRefusal } from './errors.ts';

const MAX_KEY_LENGTH = 255;

/** The call has no body, so any is accepted; it counts only where a key says which requests are the same one. */
export const readAnything = express.raw({ type: () => true, limit: 256 * 1024 });

export type Remember = (tx: Transaction, instanceId: string) => void;

/**
 * @param create makes the instance, and remembers it in the very step that makes it durable
 * @returns the instance's id, and whether an earlier request made it
 */
export async function createOnce(
  request: Request,
  owner: string,
  requests: InstanceRequests,
  create: (remember: Remember | undefined) => Promise<string>,
): Promise<{ id: string; isReplay: boolean }> {
  const key = request.get('Idempotency-Key');
  if (key === undefined) return { id: await create(undefined), isReplay: false };
  if (key === '' || key.length > MAX_KEY_LENGTH) {
    throw new HttpRefusal(400, `Idempotency-Key must have 1 to ${MAX_KEY_LENGTH} characters`);
  }
  const asked = { owner, key, request: requestText(request) };
  const claim = requests.claim(asked);
  switch (claim.kind) {
    case 'done':
      return { id: claim.instanceId, isReplay: true };
    case 'running':
      throw new HttpRefusal(409, 'A request with this Idempotency-Key is still running');
    case 'other request':
      throw new HttpRefusal(422, 'This Idempotency-Key belongs to another request');
    case 'first':
      try {
        return { id: await create(claim.remember), isReplay: false };
      } catch (error) {
        claim.release();
        const id = doneElsewhere(requests, asked);
        if (id === undefined) throw error;
        return { id, isReplay: true };
      } finally {
        claim.release();
      }
  }
}

/** The same request came to another bridge at the same moment, and that one was quicker. */
function doneElsewhere(
  requests: InstanceRequests,
  asked: Parameters<InstanceRequests['claim']>[0],
): string | undefined {
  const again = requests.claim(asked);
  if (again.kind === 'first') again.release();
  return again.kind === 'done' ? again.instanceId : undefined;
}

function requestText({ method, originalUrl, body }: Request): string {
  return JSON.stringify([method, originalUrl, Buffer.isBuffer(body) ? body.toString('base64') : '']);
}
