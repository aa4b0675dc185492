/** Owns client ids inside the embedded broker: each belongs to its account, so that nobody can take another's over. */

/** MQTT forbids NUL in a client id (MQTT 5.0, 1.5.4), and account keys are ours. */
const SEPARATOR = '\0';

export function scopedId(accountKey: string, clientId: string): string {
  return accountKey + SEPARATOR + clientId;
}

export function accountOf(scoped: string): string {
  return scoped.slice(0, scoped.indexOf(SEPARATOR));
}
