/** Owns the login of a server node: made when first needed and after each connect, shared by all, tried again without a redeploy. */

import type { Client } from '../../../src/client/client.ts';
import { ClientError } from '../../../src/client/client-error.ts';
import type { Clock } from '../../../src/client/environment.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';

export type LoginWay =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'password'; readonly username: string; readonly password: string };

/** `open` where no login is needed or none was tried yet; `unanswered` says nothing about the password. */
export type LoginState = 'open' | 'done' | 'failed' | 'unanswered';

export interface Login {
  readonly state: LoginState;
  /** What requests carry when the user gave a token; otherwise the client has its own. */
  readonly token: string | undefined;
  /** @throws ApiError the server's refusal · ClientError no answer in time */
  ensure(timeoutMs: number): Promise<void>;
  /** What became of a request, undefined where all went well: perhaps the login is worth nothing any more. */
  judge(error?: unknown): void;
  close(): void;
}

interface Parts {
  readonly client: Client;
  readonly way: LoginWay;
  readonly clock: Clock;
  readonly onChange: (state: LoginState, error?: unknown) => void;
}

/** A wrong password is not tried more often: servers lock names. */
const RETRY_MS = 60_000;

export function createLogin({ client, way, clock, onChange }: Parts): Login {
  let state: LoginState = 'open';
  let attempt: Promise<void> | undefined;
  let refusal: { readonly error: unknown; readonly untilMs: number } | undefined;
  let cancelRetry = (): void => undefined;

  function become(next: LoginState, error?: unknown): void {
    if (state === next) return;
    state = next;
    onChange(next, error);
  }

  function fail(error: unknown): void {
    if (isRefusal(error)) refusal = { error, untilMs: clock.now() + RETRY_MS };
    cancelRetry();
    cancelRetry = clock.after(RETRY_MS, () => {
      if (client.state === 'connected') start().catch(() => undefined);
    });
    become(error instanceof ClientError ? 'unanswered' : 'failed', error);
  }

  /** As with nearly every request. */
  function needsNothing(): boolean {
    return way.kind !== 'password' || state === 'done';
  }

  function start(): Promise<void> {
    if (way.kind !== 'password' || needsNothing()) return Promise.resolve();
    if (refusal && clock.now() < refusal.untilMs) return Promise.reject(refusal.error);
    attempt ??= client
      .login(way.username, way.password)
      .then(
        () => {
          cancelRetry();
          refusal = undefined;
          become('done');
        },
        (error: unknown) => {
          // The connection went away: the next one logs in again.
          if (!(error instanceof ClientError) || error.code === 'timeout') fail(error);
          throw error;
        },
      )
      .finally(() => {
        attempt = undefined;
      });
    return attempt;
  }

  return {
    get state() {
      return state;
    },
    token: way.kind === 'token' ? way.token : undefined,
    ensure: async (timeoutMs) => {
      if (!needsNothing()) await within(start(), timeoutMs, clock);
    },
    judge: (error) => {
      if (error === undefined && way.kind === 'token') become('done');
      const isRejected = isRefusal(error) || (error instanceof ApiError && error.code === 'unauthorized');
      if (isRejected && way.kind !== 'none') fail(error);
    },
    close: () => cancelRetry(),
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'invalid_credentials';
}

async function within(promise: Promise<void>, timeoutMs: number, clock: Clock): Promise<void> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new ClientError('timeout', `no answer to the login within ${timeoutMs} ms`);
    cancel = clock.after(timeoutMs, () => reject(error));
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}
