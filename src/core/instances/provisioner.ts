/** Owns the port to a broker that instances live on: what it must be able to do, and what it says it cannot. */

/** What an instance is to a broker. */
export interface InstanceSpec {
  readonly id: string;
  /** User name, and name of the two roots `/<user>/#` and `<user>/#`. */
  readonly user: string;
  /** Every password that counts now, the current one first: two during a rotation's overlap. */
  readonly passwords: readonly string[];
  readonly generation: number;
  /** False: disabled or expired; logins are refused, the account stays. */
  readonly enabled: boolean;
}

export interface Capabilities {
  readonly mqtt5: boolean;
  readonly sharedSubscriptions: boolean;
  readonly kick: 'immediate' | 'eventual';
  /** How thoroughly the retained messages of an instance can be removed. */
  readonly retainedPurge: 'complete' | 'tracked';
  /** Whether equal client ids of two instances leave each other alone (I-33). */
  readonly clientIdIsolation: boolean;
  /** Whether old and new password can be valid together (rotation with overlap). */
  readonly passwordOverlap: boolean;
}

/** How many there were, where the broker tells. */
export type Count = number | 'unknown';

export interface Receipt {
  readonly kicked: Count;
  readonly offlineDropped: Count;
  readonly retainedPurged: Count;
}

export interface LiveSession {
  readonly clientId: string;
  readonly address: string | undefined;
  /** ISO 8601. */
  readonly since: string | undefined;
  readonly protocolVersion: number | undefined;
}

/** What a comparison of records and broker found and repaired. */
export interface Drift {
  /** Accounts of ours on the broker that nobody has a record of. */
  readonly removed: readonly string[];
  /** Records without an account on the broker. */
  readonly added: readonly string[];
}

/** Every method is idempotent and throws ApiError `unavailable` when the broker cannot be reached or does not do as asked. */
export interface Provisioner {
  readonly kind: 'embedded' | 'mosquitto' | 'callback';
  readonly capabilities: Capabilities;
  /** Resolves when a login with every password of the spec would succeed; also changes an existing account to the spec. */
  provision(spec: InstanceSpec): Promise<void>;
  /** Closes the instance's connections; they may come back if the account lets them. Returns how many there were. */
  disconnect(user: string): Promise<Count>;
  /**
   * Deny, kick, drop offline state, purge retained, suppress wills, and look once more (contract 3.5).
   * Resolves only when all of it is done; an absent account is as good as a removed one.
   */
  deprovision(user: string): Promise<Receipt>;
  sessions(user: string): Promise<LiveSession[]>;
  /** Makes the broker's accounts equal to `desired`; touches only accounts that carry our mark. */
  reconcile(desired: readonly InstanceSpec[]): Promise<Drift>;
  close(): Promise<void>;
}
