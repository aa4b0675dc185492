/** Owns the one list of secret keys, and takes their values out of whatever leaves the process: answers, failures, logs. */

export const REDACTED = '[redacted]';

/**
 * A key that ends with one of these is secret; compared without case, `-` and `_`, so that `MQTT_PASS` and `adminPassword` are
 * covered too. The first four are the contract's (N-03).
 */
export const SECRET_KEYS: readonly string[] = [
  'password',
  'oauth_client_secret',
  'token',
  'bearer',
  'pass',
  'secret',
  'authorization',
  'cookie',
  'password_hash',
  'app_key',
  'private_key',
  'code_verifier',
  'tokens',
  'sealed_source_url',
  'sealed_client',
  'sealed_tokens',
  'sealed_pending',
  'verifier',
];

const endings = SECRET_KEYS.map(normalised);
const MAX_DEPTH = 32;
const MAX_TEXT = 4096;

/**
 * A copy without secrets: values of secret keys, and user names and passwords inside URLs, become `[redacted]`.
 * Also bounds what is echoed: nesting beyond 32 levels is redacted, text beyond 4,096 characters cut.
 */
export function redact(value: unknown): unknown {
  return redactInside(value, []);
}

export function isSecretKey(key: string): boolean {
  const name = normalised(key);
  return endings.some((ending) => name.endsWith(ending));
}

/** Text with the credentials of any URL in it and any bearer token of ours taken out. */
export function redactText(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  if (!cut.includes('://') && !cut.includes('oat_')) return cut;
  return cut.replace(/:\/\/[^/@\s"]+@/g, `://${REDACTED}@`).replace(/\boat_[\w-]{20,}/g, REDACTED);
}

/** @param ancestors what the value lies in: a value inside itself is not followed round in circles */
function redactInside(value: unknown, ancestors: readonly object[]): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (ancestors.length >= MAX_DEPTH || ancestors.includes(value)) return REDACTED;
  const inside = [...ancestors, value];
  if (Array.isArray(value)) return value.map((item) => redactInside(item, inside));
  // fromEntries defines own properties, so a key named __proto__ stays a harmless key.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isSecretKey(key) ? REDACTED : redactInside(item, inside)]),
  );
}

function normalised(key: string): string {
  return key.toLowerCase().replace(/[-_]/g, '');
}
