/** Owns the answer to a camera's challenge: Basic, and Digest with MD5 or SHA-256 (RFC 7616). Pure but for the client's own nonce. */

import { createHash } from 'node:crypto';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

interface Asked {
  readonly method: string;
  readonly uri: string;
  /** Hex digits that were not used before. */
  readonly clientNonce: string;
  /** Whether the password may travel as it is. */
  readonly allowsBasic: boolean;
}

/** The strongest first. */
const HASHES = { 'SHA-256': 'sha256', MD5: 'md5' } as const;

/**
 * @param challenges the values of WWW-Authenticate, one scheme each
 * @returns the value of Authorization for the strongest one that can be met, or undefined
 */
export function authorize(challenges: readonly string[], { username, password }: Credentials, asked: Asked) {
  const digests = challenges.filter((challenge) => /^digest /i.test(challenge)).map(parametersOf);
  for (const algorithm of ['SHA-256', 'MD5'] as const) {
    const digest = digests.find((parameters) => (parameters.get('algorithm') ?? 'MD5').toUpperCase() === algorithm);
    const answer = digest && answerDigest(digest, algorithm, { username, password }, asked);
    if (answer !== undefined) return answer;
  }
  const isBasic = asked.allowsBasic && challenges.some((challenge) => /^basic\b/i.test(challenge));
  return isBasic ? `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` : undefined;
}

function answerDigest(
  parameters: ReadonlyMap<string, string>,
  algorithm: keyof typeof HASHES,
  { username, password }: Credentials,
  { method, uri, clientNonce }: Asked,
): string | undefined {
  const realm = parameters.get('realm') ?? '';
  const nonce = parameters.get('nonce');
  const qop = parameters
    .get('qop')
    ?.split(',')
    .map((word) => word.trim());
  // A camera that wants `auth-int` alone asks for more than a probe does.
  if (nonce === undefined || (qop && !qop.includes('auth'))) return undefined;
  const hash = (text: string) => createHash(HASHES[algorithm]).update(text).digest('hex');
  const [user, request] = [hash(`${username}:${realm}:${password}`), hash(`${method}:${uri}`)];
  const count = '00000001';
  const response = qop
    ? hash(`${user}:${nonce}:${count}:${clientNonce}:auth:${request}`)
    : hash(`${user}:${nonce}:${request}`);
  const opaque = parameters.get('opaque');
  const parts = [
    `username="${quoted(username)}"`,
    `realm="${quoted(realm)}"`,
    `nonce="${quoted(nonce)}"`,
    `uri="${uri}"`,
    `response="${response}"`,
    ...(parameters.has('algorithm') ? [`algorithm=${algorithm}`] : []),
    ...(qop ? ['qop=auth', `nc=${count}`, `cnonce="${clientNonce}"`] : []),
    ...(opaque === undefined ? [] : [`opaque="${quoted(opaque)}"`]),
  ];
  return `Digest ${parts.join(', ')}`;
}

function parametersOf(challenge: string): ReadonlyMap<string, string> {
  const found = challenge.matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g);
  return new Map(
    [...found].map(([, name = '', text, word = '']) => [name.toLowerCase(), text?.replace(/\\(.)/g, '$1') ?? word]),
  );
}

function quoted(text: string): string {
  return text.replace(/["\\]/g, '\\$&');
}
