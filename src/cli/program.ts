/** Owns what the command line lets the rest of the program do for it: run the service, read its configuration, open its store. */

import type { Config } from '../config/config.ts';
import type { Household } from '../moving/household.ts';
import type { Passwords } from '../moving/move-in.ts';
import type { Plan } from '../moving/plan.ts';
import type { ApiError } from '../protocol/api-error.ts';
import type { Envelope } from '../protocol/envelope.ts';

export interface Program {
  readonly version: string;
  /** Runs the service until it is stopped; resolves with the exit code. */
  start(): Promise<number>;
  /** @throws ConfigError with every problem */
  loadConfig(): Config;
  /**
   * The modules on the store of a service that does not run; requests act as the system user.
   * Rejects when the store cannot be opened, for example because a process holds it.
   */
  openOffline(): Promise<Offline>;
  /** The store of a service that does not run, to move into; rejects as `openOffline`. */
  openMoving(): Promise<Moving>;
  /** Asked by `doctor` after its own. */
  readonly checks: readonly Check[];
}

export interface Offline {
  execute(request: Envelope): Promise<Outcome>;
  close(): Promise<void>;
}

export interface Moving {
  plan(household: Household): Plan;
  /** Everything at once. @returns the passwords that were made, by name */
  moveIn(incoming: Household, passwords: Passwords): Promise<Passwords>;
  close(): Promise<void>;
}

type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ApiError };

export interface Check {
  readonly name: string;
  run(): Promise<Finding>;
}

export interface Finding {
  /** Null: nothing wrong, but something to know. */
  readonly ok: boolean | null;
  readonly detail: string;
  /** What to do, where something is to be done. */
  readonly cure?: string | undefined;
}
