/** Owns how any text becomes one token of a NATS subject, and back: two texts never become the same one. */

/** What a token may be made of anyway; everything else is written as `=` and two hex digits for each byte. */
const PLAIN = /[^A-Za-z0-9_-]/gu;

export function subjectOf(...parts: readonly string[]): string {
  return parts.map(tokenOf).join('.');
}

export function partsOf(subject: string): string[] {
  return subject.split('.').map(textOf);
}

function tokenOf(text: string): string {
  // A token cannot be empty, and no other text begins with `=` and nothing behind it.
  if (text === '') return '=';
  return text.replace(PLAIN, (character) =>
    [...Buffer.from(character)].map((byte) => `=${byte.toString(16).padStart(2, '0')}`).join(''),
  );
}

function textOf(token: string): string {
  if (!token.includes('=')) return token;
  if (token === '=') return '';
  return Buffer.from(
    token.replace(/=([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString();
}
