import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { VerifiedLogins } from '../../src/core/accounts/logins.ts';
import { createVerifiedCache } from '../../src/secrets/verified-cache.ts';

const MINUTE = 60_000;
const ANA = { username: 'ana', password: 'pw', generation: 1 };

let nowMs: number;
let cache: VerifiedLogins;
const right = vi.fn(async () => true);
const wrong = vi.fn(async () => false);

beforeEach(() => {
  nowMs = 1_000_000;
  cache = createVerifiedCache({ monotonicMs: () => nowMs });
  right.mockClear();
  wrong.mockClear();
});

describe('the memory of verified logins', () => {
  it('spares a login the slow hash for ten minutes after it was verified, used or not', async () => {
    expect(await cache.verify(ANA, right)).toBe(true);
    nowMs += 10 * MINUTE - 1;
    expect(await cache.verify(ANA, wrong)).toBe(true);
    nowMs += 1;
    expect(await cache.verify(ANA, wrong)).toBe(false);
    expect(right).toHaveBeenCalledTimes(1);
  });

  it('remembers no failures', async () => {
    expect(await cache.verify(ANA, wrong)).toBe(false);
    expect(await cache.verify(ANA, right)).toBe(true);
  });

  it.each([
    ['another password', { ...ANA, password: 'PW' }],
    ['another generation of the credential', { ...ANA, generation: 2 }],
    ['another user', { ...ANA, username: 'bob' }],
    ['letters moved from the name to the password', { ...ANA, username: 'an', password: 'apw' }],
  ])('does not mistake %s for a verified login', async (_, other) => {
    await cache.verify(ANA, right);
    expect(await cache.verify(other, wrong)).toBe(false);
  });

  it('forgets a user and no other', async () => {
    const bob = { ...ANA, username: 'bob' };
    await cache.verify(ANA, right);
    await cache.verify(bob, right);
    cache.forget('ana');
    expect(await cache.verify(ANA, wrong)).toBe(false);
    expect(await cache.verify(bob, wrong)).toBe(true);
  });

  it('verifies a login once for all who ask at the same time', async () => {
    const slow = pending();
    const logins = [cache.verify(ANA, slow.verify), cache.verify(ANA, slow.verify), cache.verify(ANA, slow.verify)];
    slow.finish(true);
    expect(await Promise.all(logins)).toEqual([true, true, true]);
    expect(slow.verify).toHaveBeenCalledTimes(1);
  });

  it('does not remember what was being verified when the user was forgotten', async () => {
    const slow = pending();
    const login = cache.verify(ANA, slow.verify);
    cache.forget('ana');
    expect(await cache.verify(ANA, wrong)).toBe(false);
    slow.finish(true);
    expect(await login).toBe(true);
    expect(await cache.verify(ANA, wrong)).toBe(false);
  });

  it('passes an error of the slow hash on to all who wait, and tries again next time', async () => {
    const slow = vi.fn(async () => {
      throw new Error('out of memory');
    });
    const logins = await Promise.allSettled([cache.verify(ANA, slow), cache.verify(ANA, slow)]);
    expect(logins.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(slow).toHaveBeenCalledTimes(1);
    expect(await cache.verify(ANA, right)).toBe(true);
  });

  it('keeps the thousand logins used last', async () => {
    const login = (number: number) => ({ ...ANA, username: `user ${number}` });
    for (let number = 0; number < 1000; number += 1) await cache.verify(login(number), right);
    expect(await cache.verify(login(0), wrong)).toBe(true);
    await cache.verify(login(1000), right);
    expect(await cache.verify(login(0), wrong)).toBe(true);
    expect(await cache.verify(login(2), wrong)).toBe(true);
    expect(await cache.verify(login(1), wrong)).toBe(false);
  });
});

function pending() {
  let finish: (result: boolean) => void = () => undefined;
  const result = new Promise<boolean>((resolve) => {
    finish = resolve;
  });
  return { verify: vi.fn(() => result), finish: (matches: boolean) => finish(matches) };
}
