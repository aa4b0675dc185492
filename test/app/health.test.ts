/** Pins that health, and doctor, tell what holds now: the disk, what was written to it last, and certificates. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALL_COLLECTIONS } from '../../src/app/collections.ts';
import { certificateCheck } from '../../src/app/health/certificates.ts';
import { checksOf } from '../../src/app/health/checks.ts';
import { freeBytes } from '../../src/app/health/disk.ts';
import { machineChecks } from '../../src/app/health/findings.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { makeCertificate } from '../../src/secrets/own-certificate.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { manualClock } from '../support/manual-clock.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'health-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** With a certificate for MQTT over TLS that ends in so many days. */
async function configWith(days: number): Promise<Config> {
  const { cert, key } = await makeCertificate(['house.example'], Date.now() - (365 - days) * DAY_MS);
  await writeFile(join(dir, 'cert.pem'), cert);
  await writeFile(join(dir, 'key.pem'), key);
  const env = { DATA_DIR: dir, MQTT_TLS_CERT: 'cert.pem', MQTT_TLS_KEY: 'key.pem' };
  return loadConfig({ env, cwd: dir, readFile: () => '' });
}

describe('a certificate', () => {
  it.each([
    [40, true, true, /good until/],
    [5, null, null, /it ends on/],
    [-1, false, false, /it ended on/],
  ])('that ends in %i days', async (days, healthy, ok, words) => {
    const config = await configWith(days);
    const clock = manualClock(new Date().toISOString());
    expect(certificateCheck(config, clock)?.()).toMatchObject({ healthy });
    const [, finding] = machineChecks(config, Date.now());
    expect(finding?.name).toBe('MQTT_TLS_CERT');
    expect(await finding?.run()).toMatchObject({ ok, detail: expect.stringMatching(words) });
  });

  it('that was renewed is seen to be', async () => {
    const config = await configWith(5);
    const clock = manualClock(new Date().toISOString());
    const check = certificateCheck(config, clock);
    expect(check?.()).toMatchObject({ healthy: null });
    await configWith(90);
    clock.advance(10_000);
    expect(check?.()).toEqual({ healthy: true });
  });

  it.each([
    ['whose key is that of another', 'key', /the key beside it belongs to another/],
    ['that is none', 'unreadable', /no certificate and its key/],
  ])('%s is told: no service would start with it', async (_what, reason, words) => {
    const config = await configWith(90);
    const { key } = await makeCertificate(['house.example'], Date.now());
    await writeFile(join(dir, reason === 'key' ? 'key.pem' : 'cert.pem'), key);
    const check = certificateCheck(config, manualClock(new Date().toISOString()));
    expect(check?.()).toEqual({ healthy: null, meta: { reason } });
    const [, finding] = machineChecks(config, Date.now());
    expect(await finding?.run()).toMatchObject({ ok: false, detail: expect.stringMatching(words) });
  });

  it('of nobody is no part of health', async () => {
    const config = loadConfig({ env: {}, cwd: dir, readFile: () => '' });
    expect(certificateCheck(config, manualClock())).toBeUndefined();
  });
});

describe('the store', () => {
  it('is in trouble from a change that was lost until one is kept, and tries that itself', async () => {
    const store = memoryStore(ALL_COLLECTIONS);
    let trouble: string | null = 'ENOSPC';
    let tries = 0;
    const full = {
      collection: store.collection,
      fault: null,
      get trouble() {
        return trouble;
      },
      commit: <T>() => {
        tries += 1;
        return Promise.reject<T>(new Error('ENOSPC'));
      },
      watch: store.watch,
      close: store.close,
    };
    const clock = manualClock();
    const config = loadConfig({ env: { DATA_DIR: dir }, cwd: dir, readFile: () => '' });
    const checks = checksOf(config, { store: full, clock, isKeeping: () => true, hasRental: true });
    expect(checks['store']?.()).toEqual({ healthy: false, meta: { reason: 'last-change-failed' } });
    checks['store']?.();
    expect(tries).toBe(1);
    clock.advance(10_000);
    checks['store']?.();
    expect(tries).toBe(2);
    trouble = null;
    expect(checks['store']?.()).toEqual({ healthy: true });
  });
});

it('a disk is measured where the data folder will be, too', () => {
  expect(freeBytes(join(dir, 'not', 'yet'))).toBeGreaterThan(0);
});
