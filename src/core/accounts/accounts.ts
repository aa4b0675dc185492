/** Owns what a broker login is to the application: who it belongs to and what kind of rights it carries. */

/** An account that may connect to a broker of ours. */
export interface Account {
  /** Stable and unique over all kinds, e.g. `user:3`: sessions, limits and retained messages are kept apart by it. */
  readonly key: string;
  readonly kind: 'admin' | 'user' | 'device' | 'instance';
  /** The MQTT user name; for an instance also the name of its topic root. */
  readonly username: string;
  /** Grows when the account's credential is changed or revoked: a connection made under an older one must go. */
  readonly generation: number;
  /** Whose account it is, where somebody may have several: they share what one owner may take. Absent: its own. */
  readonly owner?: string;
}

/** What a broker asks the application about logins. */
export interface AccountDirectory {
  /**
   * Checks a login: a user's name with the password or one of the user's bearer tokens, or an instance's pair.
   * Unknown names and wrong passwords cost the same and both give undefined.
   * @throws ApiError `rate_limited` when the address or the name failed too often lately
   */
  login(attempt: LoginAttempt): Promise<Account | undefined>;
  /** A client that has proved by a certificate of the configured authority to be this user; undefined where there is none who may log in. */
  loginByCertificate(username: string): Account | undefined;
  /** An account that a login gave in an earlier run: current for as long as nothing about it has changed since. */
  recall(account: Account): Account;
  /** False as soon as the account is gone, disabled or re-keyed; synchronous, asked for every message. */
  isCurrent(account: Account): boolean;
  /** Whether `name` is the topic root of a rented instance. */
  isInstanceRoot(name: string): boolean;
  /** Filters of what a device may publish and subscribe to, as they are now; none for everybody else. Always the same array until they change. */
  topicsOf(account: Account): readonly string[];
  /** Calls back with the key of an account that has just lost rights, so that what it holds no longer ends at once. */
  onRevoked(listener: (accountKey: string) => void): () => void;
}

export interface LoginAttempt {
  readonly username: string;
  readonly password: string;
  /** IP address of the peer, where known. */
  readonly address: string | undefined;
  /** A media server asks in the name of whoever watches. */
  readonly isViewer?: boolean;
}
