/** Owns the one list of secret keys, and takes their values out of whatever leaves the process: answers, failures, logs. */

export const REDACTED = '[redacted]';

/** Compared without case, `-` and `_`. The first four are the contract's (N-03). */
export const SECRET_KEYS: readonly string[] = [
  'password',
  'oauth_client_secret',
  'token',
  'bearer',
  'authorization',
  'cookie',
  'password_hash',
  'client_secret',
  'access_token',
  'refresh_token',
  'app_key',
  'code_verifier',
  'sealed_source_url',
];

const secret = new Set(SECRET_KEYS.map(normalised));
const MAX_DEPTH = 32;
const MAX_TEXT = 4096;

/**
 * A copy without secrets: values of secret keys, and user names and passwords inside URLs, become `[redacted]`.
 * Also bounds what is echoed: nesting beyond 32 levels is redacted, text beyond 4,096 characters cut.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return REDACTED;
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  // fromEntries defines own properties, so a key named __proto__ stays a harmless key.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isSecretKey(key) ? REDACTED : redact(item, depth + 1)]),
  );
}

export function isSecretKey(key: string): boolean {
  return secret.has(normalised(key));
}

/** Text with the credentials of any URL in it and any bearer token of ours taken out. */
export function redactText(text: string): string {
  const cut = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  if (!cut.includes('://') && !cut.includes('oat_')) return cut;
  return cut.replace(/:\/\/[^/@\s"]+@/g, `://${REDACTED}@`).replace(/\boat_[\w-]{20,}/g, REDACTED);
}

function normalised(key: string): string {
  return key.toLowerCase().replace(/[-_]/g, '');
}
