/** Owns the states of cameras as a node sees them on the retained topics, and the waiting for one: no login is needed for that. */

import type { Client } from '../../../src/client/client.ts';
import { ClientError } from '../../../src/client/client-error.ts';
import type { Clock } from '../../../src/client/environment.ts';
import type { Subscription } from '../../../src/client/subscriptions.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';
import type { CameraState } from '../../../src/protocol/events.ts';
import type { ServerStatus } from '../server/server.ts';

export interface CameraWatch {
  /**
   * @throws ClientError `not_connected`, `aborted`, `refused` · ApiError `unavailable` while the server is offline, `not_found` for a camera
   * of which it tells no state
   */
  now(cameraId: number, signal: AbortSignal): Promise<CameraState>;
  /**
   * Waits over lost connections, too.
   * @throws ClientError `timeout`, `aborted`
   */
  until(cameraId: number, isGood: (state: CameraState) => boolean, how: WaitOptions): Promise<CameraState>;
  /** What was known is known no more where there is no connection. */
  changed(status: ServerStatus): void;
  close(): void;
}

interface WaitOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Retained messages come right after the subscription. */
const RETAINED_MS = 3000;

export function createCameraWatch(
  client: Pick<Client, 'states'>,
  status: () => ServerStatus,
  clock: Clock,
): CameraWatch {
  const states = new Map<number, CameraState>();
  const waiting = new Set<() => void>();
  let refusal: ClientError | undefined;

  function look(): void {
    for (const each of [...waiting]) each();
  }

  const subscription: Subscription = client.states(
    (id, state) => {
      if (state === null) states.delete(id);
      else states.set(id, state);
      look();
    },
    {
      onRefused: (error) => {
        refusal = error;
        look();
      },
    },
  );

  /** @param isGood undefined takes any */
  function wait(
    id: number,
    isGood: ((state: CameraState) => boolean) | undefined,
    late: () => Error,
    { timeoutMs, signal }: WaitOptions,
  ): Promise<CameraState> {
    const undo: (() => void)[] = [];
    const found = new Promise<CameraState>((resolve, reject) => {
      const check = () => {
        const state = status().presence === 'offline' ? undefined : states.get(id);
        if (state && (isGood === undefined || isGood(state))) resolve(state);
        if (refusal) reject(refusal);
        if (signal.aborted) reject(new ClientError('aborted', 'no longer wanted'));
      };
      waiting.add(check);
      signal.addEventListener('abort', check);
      undo.push(
        () => waiting.delete(check),
        () => signal.removeEventListener('abort', check),
        clock.after(timeoutMs, () => reject(late())),
      );
      check();
    });
    return found.finally(() => {
      for (const step of undo) step();
    });
  }

  return {
    now: async (id, signal) => {
      requireConnection(status());
      if (status().presence === 'offline') throw new ApiError('unavailable', { message: 'The server is offline' });
      const late = () => new ApiError('not_found', { message: `The server tells no state of a camera ${id}` });
      return wait(id, undefined, late, { timeoutMs: RETAINED_MS, signal });
    },
    until: (id, isGood, how) => {
      const late = () => new ClientError('timeout', `camera ${id} did not come to it within ${how.timeoutMs / 1000} s`);
      return wait(id, isGood, late, how);
    },
    changed: ({ connection }) => {
      if (connection !== 'connected') states.clear();
      refusal = connection === 'connected' ? refusal : undefined;
      look();
    },
    close: () => subscription.close(),
  };
}

/** @throws ClientError `not_connected` */
export function requireConnection({ connection }: ServerStatus): void {
  if (connection !== 'connected') throw new ClientError('not_connected', 'not connected to the broker');
}
