import { describe, expect, it } from 'vitest';
import { slowPasswords } from '../../src/secrets/passwords.ts';
import { takeTurns } from '../../src/secrets/turns.ts';

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

describe('jobs that take turns', () => {
  it('run as many at once as allowed, in the order they came, and a failed one gives its place on', async () => {
    const inTurn = takeTurns(2);
    const started: number[] = [];
    const finish: (() => void)[] = [];
    const jobs = [0, 1, 2, 3, 4].map((number) =>
      inTurn(async () => {
        started.push(number);
        await new Promise<void>((resolve) => finish.push(resolve));
        if (number === 1) throw new Error('failed');
        return number;
      }),
    );
    const outcome = Promise.allSettled(jobs);
    expect(started).toEqual([0, 1]);
    finish[1]?.();
    await expect.poll(() => started).toEqual([0, 1, 2]);
    finish[0]?.();
    finish[2]?.();
    await expect.poll(() => started).toEqual([0, 1, 2, 3, 4]);
    finish[3]?.();
    finish[4]?.();
    expect((await outcome).map((job) => (job.status === 'fulfilled' ? job.value : 'failed'))).toEqual([
      0,
      'failed',
      2,
      3,
      4,
    ]);
    expect(await inTurn(async () => 'free again')).toBe('free again');
  });
});
