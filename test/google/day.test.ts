/**
 * Pins a whole day: twelve cameras, a network that is cut for seconds and for longer than a login lasts, a machine that sleeps for a
 * while, and a Google that fails now and then.
 * No limit is exceeded, no stream extended after its end, no login lost, and every camera comes back.
 */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { failure } from '../support/google/google.ts';
import { type GoogleSetting, googleSetting } from './google-setting.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How often MediaMTX tries a source again that failed. */
const RETRY_MS = 5000;
const CUTS = [
  { atMs: 2 * HOUR_MS, forMs: 30_000 },
  { atMs: 5 * HOUR_MS, forMs: 3 * MINUTE_MS },
  { atMs: 9 * HOUR_MS, forMs: 10 * MINUTE_MS },
  { atMs: 15 * HOUR_MS, forMs: 65 * MINUTE_MS },
];
/** When everybody stops watching camera 1 to 3 for a while. */
const QUIET = { atMs: 12 * HOUR_MS, forMs: 30 * MINUTE_MS };

/** When the machine sleeps, so that everything is due late. */
const SLEEP = { atMs: 20 * HOUR_MS, forMs: 7 * MINUTE_MS };

let setting: GoogleSetting;
const dice = seeded(1);

beforeEach(async () => {
  setting = await googleSetting({ random: dice, withoutSockets: true });
});

afterEach(() => setting.close());

it('keeps twelve cameras up for a day over cuts of the network, within every limit, and loses no login', async () => {
  await setting.addCredentials();
  const google = await setting.start();
  const ids = await setting.addCameras(12);
  const { server, clock } = setting;
  server.intercept = (operation) => (dice() < 0.02 ? oddAnswer(operation) : undefined);
  const startMs = clock.now();
  const watching = new Map<string, () => boolean>();
  const gapsMs = new Map<string, number>();

  async function retry(id: string): Promise<void> {
    watching.delete(id);
    await setting.cameras.observe(id, { kind: 'notReady', at: 'now' });
    const opened = await google.streams.rtspUrl(id);
    const isServed = opened.ok ? server.streams.connect(opened.value) : undefined;
    if (!isServed) return;
    watching.set(id, isServed);
    await setting.arrive(id);
  }

  for (let elapsedMs = 0; elapsedMs < 24 * HOUR_MS; elapsedMs += RETRY_MS) {
    await clock.runTo(startMs + elapsedMs, setting.settled);
    if (elapsedMs === SLEEP.atMs) {
      clock.sleep(SLEEP.forMs);
      elapsedMs += SLEEP.forMs;
      await clock.runTo(clock.now(), setting.settled);
    }
    server.isCut = CUTS.some((cut) => isWithin(cut, elapsedMs));
    const isQuiet = (id: string) => isWithin(QUIET, elapsedMs) && Number(id) <= 3;
    for (const id of ids.filter(isQuiet)) {
      if (!watching.delete(id)) continue;
      await setting.cameras.observe(id, { kind: 'notReady', at: 'now' });
      await setting.cameras.observe(id, { kind: 'unDemand', at: 'now' });
    }
    const down = ids.filter((id) => !isQuiet(id) && watching.get(id)?.() !== true);
    await Promise.all(down.map(retry));
    for (const id of down) if (!server.isCut) gapsMs.set(id, (gapsMs.get(id) ?? 0) + RETRY_MS);
  }

  expect(server.faults).toEqual([]);
  expect(setting.told()).not.toContain('unauthenticated');
  expect(setting.isAuthorised()).toBe(true);
  expect([...watching.values()].filter((isServed) => isServed()).length).toBe(ids.length);
  // Every camera was up for most of the time that Google could be reached.
  for (const gapMs of gapsMs.values()) expect(gapMs).toBeLessThan(HOUR_MS);
  expect(server.calls.get('ExtendRtspStream')).toBeGreaterThan(3000);
  expect(server.calls.get('StopRtspStream')).toBeGreaterThanOrEqual(3);
  expect(server.calls.get('token')).toBeLessThan(24 * 2 + 2 * 60 * 2);
  expect(setting.told().filter((event) => event === 'reauthenticated').length).toBeGreaterThan(20);
});

/** What Google says now and then although nothing is wrong with the request. */
function oddAnswer(operation: string) {
  const answers = [
    failure(500, 'INTERNAL'),
    failure(503, 'UNAVAILABLE', { 'retry-after': '7' }),
    failure(409, 'ABORTED'),
  ];
  if (operation === 'token') return answers[1];
  return [...answers, failure(429, 'RESOURCE_EXHAUSTED')][Math.floor(dice() * 4)];
}

function isWithin({ atMs, forMs }: { readonly atMs: number; readonly forMs: number }, elapsedMs: number): boolean {
  return elapsedMs >= atMs && elapsedMs < atMs + forMs;
}

/** The same numbers in [0, 1) each time: a linear congruence is random enough. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}
