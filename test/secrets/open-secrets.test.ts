import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Secrets } from '../../src/core/ports.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { openSecrets } from '../../src/secrets/open-secrets.ts';

const KEY = '0123456789abcdef0123456789abcdef';

let dir: string;
let secrets: Secrets;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'secrets-'));
  secrets = await openSecrets({ dir, appKey: KEY });
});
afterAll(() => rm(dir, { recursive: true }));

describe('a sealed secret', () => {
  it('opens to what it was, for what it was sealed for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, boundTo) => {
        expect(secrets.open(secrets.seal(plain, boundTo), boundTo)).toBe(plain);
      }),
    );
  });

  it('shows its format and nothing of its content, and looks different each time', () => {
    const sealed = new Set(Array.from({ length: 100 }, () => secrets.seal('hunter2', 'camera:1')));
    expect(sealed.size).toBe(100);
    for (const text of sealed) {
      expect(text).toMatch(/^v1:[\w-]+$/);
      expect(Buffer.from(text.slice(3), 'base64url').includes('hunter2')).toBe(false);
    }
  });

  it('does not open for another record, under another key, or after any change', async () => {
    const sealed = secrets.seal('hunter2', 'camera:1');
    expect(codeOf(() => secrets.open(sealed, 'camera:2'))).toBe('internal');
    const other = await openSecrets({ dir, appKey: KEY.toUpperCase() });
    expect(codeOf(() => other.open(sealed, 'camera:1'))).toBe('internal');
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    for (let position = 0; position < bytes.length; position += 1) {
      const changed = Buffer.from(bytes);
      changed[position] = (changed[position] ?? 0) ^ 1;
      expect(codeOf(() => secrets.open(`v1:${changed.toString('base64url')}`, 'camera:1'))).toBe('internal');
    }
    for (const text of ['', 'v1:', 'v1:AAAA', 'hunter2', sealed.replace('v1', 'v2'), sealed.slice(0, -22)]) {
      expect(codeOf(() => secrets.open(text, 'camera:1'))).toBe('internal');
    }
  });
});

describe('the key of the secrets', () => {
  it('is made at the first start, for its owner only, and found again', async () => {
    const data = join(dir, 'new');
    const first = await openSecrets({ dir: data });
    expect(await readdir(data)).toEqual(['app.key']);
    expect((await stat(join(data, 'app.key'))).mode & 0o777).toBe(0o600);
    const second = await openSecrets({ dir: data });
    expect(second.open(first.seal('x', 'y'), 'y')).toBe('x');
  });

  it('is one for all who start at the same time', async () => {
    const data = join(dir, 'race');
    const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => openSecrets({ dir: data })));
    const sealed = first?.seal('x', 'y') ?? '';
    for (const other of others) expect(other.open(sealed, 'y')).toBe('x');
    expect(await readdir(data)).toEqual(['app.key']);
  });

  it('is taken as given, whatever white space an environment file puts around it', async () => {
    const spaced = await openSecrets({ dir, appKey: ` ${KEY}\n` });
    expect(spaced.open(secrets.seal('x', 'y'), 'y')).toBe('x');
    expect(await readdir(dir)).not.toContain('app.key');
  });

  it('is refused when too short, without being shown, and the file of a damaged one is kept', async () => {
    const refused = openSecrets({ dir, appKey: 'too-short-a-key' });
    await expect(refused).rejects.toThrow('APP_KEY must have at least 32 characters, not 15');
    const path = join(dir, 'app.key');
    await writeFile(path, 'torn');
    await expect(openSecrets({ dir })).rejects.toThrow(`${path} must have at least 32 characters, not 4`);
    expect(await readFile(path, 'utf8')).toBe('torn');
    await rm(path);
  });
});

describe('randomness', () => {
  it('gives tokens of 256 bits that say what they are', () => {
    const tokens = new Set(Array.from({ length: 100 }, () => secrets.newToken()));
    expect(tokens.size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^oat_[\w-]{43}$/);
  });

  it('gives passwords of all letters and digits, none likelier than another', () => {
    const counts = new Map<string, number>();
    for (const character of secrets.newPassword(62_000)) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect([...counts.keys()].sort().join('')).toMatch(/^[0-9]{10}[A-Z]{26}[a-z]{26}$/);
    // About 1,000 each; a byte modulo 62 would give eight of them 1,210. Ten standard deviations are 314.
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(200);
    expect(secrets.newPassword(16)).toHaveLength(16);
  });

  it('gives UUIDs and hexadecimal digits of any length', () => {
    expect(secrets.newUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    for (const length of [0, 1, 24, 25]) expect(secrets.newHex(length)).toMatch(new RegExp(`^[0-9a-f]{${length}}$`));
    expect(secrets.newHex(24)).not.toBe(secrets.newHex(24));
  });

  it('is not in digests: SHA-256 for tokens, and in hexadecimal for checksums', () => {
    // The test vector of FIPS 180 for "abc".
    const hex = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(secrets.checksum('abc')).toBe(hex);
    expect(secrets.digest('abc')).toBe(Buffer.from(hex, 'hex').toString('base64url'));
  });
});

function codeOf(failing: () => unknown): string {
  try {
    failing();
  } catch (error) {
    if (error instanceof ApiError) return error.code;
    throw error;
  }
  return 'nothing was thrown';
}
