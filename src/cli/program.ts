/** Owns what the command line lets the rest of the program do for it: run the service, read its configuration, open its store. */

import type { Config } from '../config/config.ts';
import type { Household } from '../moving/household.ts';
import type { Passwords } from '../moving/move-in.ts';
import type { Plan } from '../moving/plan.ts';
import type { ApiError } from '../protocol/api-error.ts';
import type { ClusterInfo } from '../protocol/entities/system/cluster.ts';
import type { Envelope } from '../protocol/envelope.ts';

export interface Program {
  readonly version: string;
  /**
   * Runs the service until it is stopped; resolves with the exit code.
   * @param adopts whether cameras that were followed are its own from now on
   */
  start(adopts: boolean): Promise<number>;
  /** @throws ConfigError with every problem */
  loadConfig(): Config;
  /**
   * The modules on the store of a service that does not run; requests act as the system user.
   * Rejects when there is no store, and when it cannot be opened, for example because a process holds it.
   * @param isLook whether nothing may be written: then it does not matter who holds it
   */
  openOffline(isLook: boolean): Promise<Offline>;
  /**
   * The store of a service that does not run, to move into; rejects when it cannot be opened.
   * @param isLook whether nothing may be written
   */
  openMoving(isLook: boolean): Promise<Moving>;
  /** The data folder while no service runs; all of it rejects when a process holds the store. */
  wholeFolder(): Promise<WholeFolder>;
  /** Of the data folder; a service may run when one is made. */
  backups(): Promise<Backups>;
  /** The cluster of CLUSTER_URL, and the data folder while no service runs. */
  cluster(): Promise<ClusterFolder>;
  /** Asked by `doctor` after its own. */
  checks(config: Config): Promise<readonly Check[]>;
}

export interface Offline {
  execute(request: Envelope): Promise<Outcome>;
  close(): Promise<void>;
}

/** Both resolve with how much there is of each kind, after a check of it all. @throws ApiError `unavailable` when that fails */
export interface Backups {
  backup(path: string): Promise<Readonly<Record<string, number>>>;
  /** Into an empty folder only. */
  restore(path: string): Promise<Readonly<Record<string, number>>>;
}

export interface ClusterFolder {
  /** Begins the log of the cluster with the folder. @returns how much there is of each kind @throws ApiError `unavailable` where it has begun */
  seed(): Promise<Readonly<Record<string, number>>>;
  /** @returns the same, and up to which entry of the log it is. @throws ApiError `unavailable` where it stands alone already */
  leave(): Promise<{ readonly counts: Readonly<Record<string, number>>; readonly position: number }>;
  status(): Promise<ClusterInfo>;
}

export interface WholeFolder {
  /** Everything as one text; plain without a passphrase. */
  export(passphrase: string | undefined): Promise<string>;
  /** @throws ApiError `unavailable` for a text that is no export */
  isSealed(text: string): boolean;
  /** Writes it into an empty folder, or tells only what is in it. @returns how much there is of each kind */
  import(text: string, passphrase: string | undefined, isWritten: boolean): Promise<Readonly<Record<string, number>>>;
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
