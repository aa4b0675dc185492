import { describe, expect, it } from 'vitest';
import { slowPasswords } from '../../src/secrets/passwords.ts';

describe('a password', () => {
  const passwords = slowPasswords();

  it('is kept as argon2id with 19 MiB, two passes and a salt of its own', async () => {
    const hashes = await Promise.all([
      passwords.hashPassword('correct horse'),
      passwords.hashPassword('correct horse'),
    ]);
    expect(hashes[0]).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(hashes[0]).not.toBe(hashes[1]);
    for (const hash of hashes) expect(await passwords.verifyPassword(hash, 'correct horse')).toBe(true);
  });

  it.each(['correct horsE', '', 'correct horse\0', 'žluťoučký kůň'])('is not verified by %j', async (wrong) => {
    expect(await passwords.verifyPassword(await passwords.hashPassword('correct horse'), wrong)).toBe(false);
  });

  it.each([undefined, '', 'plain text', '$2b$10$abcdefghijklmnopqrstuv'])(
    'verifies nothing for the hash %j',
    async (hash) => {
      expect(await passwords.verifyPassword(hash, '')).toBe(false);
      expect(await passwords.verifyPassword(hash, 'correct horse')).toBe(false);
    },
  );
});
