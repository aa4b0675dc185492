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

/** What stands under one of these is an address, also where somebody has left out its scheme. */
const ADDRESS_KEYS: ReadonlySet<string> = new Set(['url', 'source']);

const HAS_SCHEME = /^\s*[a-z][\w+.-]*:\/\//i;

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

/** Text with the credentials and the query of any URL in it, and any bearer token of ours, taken out. Rather cuts too much. */
export function redactText(text: string): string {
  const hasSecrets = text.includes('://') || text.includes('oat_');
  const clean = hasSecrets ? splitUrls(text).replace(/\boat_[\w-]{20,}/g, REDACTED) : text;
  return clean.length > MAX_TEXT ? `${clean.slice(0, MAX_TEXT)}…` : clean;
}

/** Text about a source, whose credentials we know: they are taken out wherever they stand, and the rest is read as any other text. */
export function withoutSource(text: string, source: string | undefined): string {
  if (source === undefined) return redactText(text);
  const whole = text.replaceAll(source, 'its source');
  return redactText(secretsIn(source).reduce((clean, secret) => clean.replaceAll(secret, REDACTED), whole));
}

/** As they are written, and as they are meant. */
function secretsIn(source: string): string[] {
  if (!URL.canParse(source)) return [];
  const { password, search } = new URL(source);
  const values = [...new URLSearchParams(search).values()];
  return [password, decoded(password), search.slice(1), ...values].filter((secret) => secret.length > 2);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A text that is an address is one, line breaks and all: whoever reads it as one overlooks them. */
function splitUrls(text: string): string {
  if (HAS_SCHEME.test(text)) return withoutUrlSecrets(text);
  return text
    .split('\n')
    .map((line) => withoutUrlSecrets(line))
    .join('\n');
}

/** A password may hold anything, an `@`, a slash or a blank too: it ends at the last `@` there is. A path of a file is no address. */
function withoutUrlSecrets(line: string): string {
  const from = line.search(/(?<!file):\/\//) + 3;
  if (from < 3) return line;
  const [end, query] = [line.lastIndexOf('@'), line.indexOf('?', from)];
  const isLogin = end >= from;
  // A login with a question mark in it, or a query with an `@`: nobody knows which.
  if (isLogin && query >= 0 && query < end) return `${line.slice(0, from)}${REDACTED}`;
  const shown = query < 0 ? line : `${line.slice(0, query)}?${REDACTED}`;
  return isLogin ? `${line.slice(0, from)}${REDACTED}${shown.slice(end)}` : shown;
}

/** As it would be read if it had its scheme. */
function redactAddress(text: string): string {
  const scheme = 'rtsp://';
  return HAS_SCHEME.test(text) ? redactText(text) : redactText(scheme + text).slice(scheme.length);
}

/**
 * @param ancestors what the value lies in: a value inside itself is not followed round in circles
 * @param isAddress whether texts are addresses, with or without a scheme
 */
function redactInside(value: unknown, ancestors: readonly object[], isAddress = false): unknown {
  if (typeof value === 'string') return isAddress ? redactAddress(value) : redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (ancestors.length >= MAX_DEPTH || ancestors.includes(value)) return REDACTED;
  const inside = [...ancestors, value];
  if (Array.isArray(value)) return value.map((item) => redactInside(item, inside, isAddress));
  // fromEntries defines own properties, so a key named __proto__ stays a harmless key.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      isSecretKey(key) ? REDACTED : redactInside(item, inside, ADDRESS_KEYS.has(normalised(key))),
    ]),
  );
}

function normalised(key: string): string {
  return key.toLowerCase().replace(/[-_]/g, '');
}
