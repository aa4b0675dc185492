/** Pins that a demand, which hooks alone tell of, outlives looks that come to nothing: it is told by the next one that succeeds, once. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBus } from '../../src/core/bus.ts';
import { UNSEEN } from '../../src/core/cameras/facts.ts';
import type { Observation } from '../../src/core/cameras/observation.ts';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import type { Hint } from '../../src/mediamtx/paths/observer.ts';
import { createUnheeded } from '../../src/mediamtx/paths/unheeded.ts';
import { watchPaths } from '../../src/mediamtx/paths/watch.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { CAMERA } from '../support/cameras/observed.ts';
import { eventually } from '../support/eventually.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';
import { type MediaMtxSetting, mediaMtxSetting } from './setting.ts';

const DEMAND: Hint = { event: 'demand' };

describe('a demand', () => {
  let setting: MediaMtxSetting;
  beforeEach(async () => {
    setting = await mediaMtxSetting();
    await setting.add('door');
    setting.server.configure('door', { runOnDemand: 'a command' });
    await setting.start();
  });
  afterEach(() => setting.stop());

  it('whose look fails is told by the next poll, and by none after it', async () => {
    const { server, mediaMtx, events, poll } = setting;
    server.lie = { status: 500, body: '' };
    await mediaMtx().look('door', DEMAND);
    expect(events()).toEqual([]);
    server.lie = undefined;
    await poll();
    await poll();
    expect(events()).toEqual(['demand']);
  });

  it('whose look is overtaken by a poll that began later is told by that one', async () => {
    const { server, mediaMtx, events, poll } = setting;
    const held = server.hold('/paths/get/door');
    const look = mediaMtx().look('door', DEMAND);
    await held.taken;
    await poll();
    expect(events()).toEqual(['demand']);
    held.release();
    await look;
    expect(events()).toEqual(['demand']);
  });

  it('means nothing any more when nobody could look for a minute', async () => {
    const { server, mediaMtx, events, poll, polls, clock } = setting;
    server.lie = { status: 500, body: '' };
    await mediaMtx().look('door', DEMAND);
    const before = polls();
    clock.advance(60_000);
    await eventually(() => polls() > before);
    server.lie = undefined;
    await poll();
    expect(events()).toEqual([]);
  });
});

it('a demand that cannot be stored, as while NATS chooses a leader, is seen by the next look again, and by none once it is', async () => {
  const seen: string[] = [];
  let isRefused = true;
  const cameras = {
    facts: () => UNSEEN,
    observe: async (_id: string, { kind }: Observation) => {
      seen.push(kind);
      return { events: [], seq: 0, ...(isRefused && { isRefused: true as const }) };
    },
  };
  const [clock, log] = [manualClock(), recordingLog()];
  const records = memoryStore(COLLECTIONS).collection(CAMERAS);
  const one = { ...records, by: () => CAMERA };
  const watch = watchPaths({ records: one, cameras, bus: createBus(log), doubtOf: () => undefined, clock, log });
  const config = {
    source: 'publisher',
    sourceOnDemand: false,
    runsOnDemand: true,
    alwaysAvailable: false,
    closeAfterMs: 0,
  };
  const look = () => watch.see(watch.ticket(), 'door', { report: undefined, config });
  watch.hint('door', DEMAND);
  await look();
  isRefused = false;
  await look();
  await look();
  expect(seen.filter((kind) => kind === 'demand')).toHaveLength(2);
});

describe('what was hinted of a path', () => {
  const hinted = (event: string) => ({ hint: { event }, atMs: 0 });

  it('is heeded once, by a look that began afterwards', () => {
    const unheeded = createUnheeded(manualClock());
    unheeded.add('door', hinted('demand'), 7);
    expect(unheeded.take('porch', 8)).toBeUndefined();
    expect(unheeded.take('door', 7)).toBeUndefined();
    expect(unheeded.take('door', 8)).toMatchObject(hinted('demand'));
    expect(unheeded.take('door', 9)).toBeUndefined();
  });

  it('waits for a look of its own, where one that began before it heeds what came earlier', () => {
    const unheeded = createUnheeded(manualClock());
    unheeded.add('door', hinted('demand'), 1);
    unheeded.add('door', hinted('unDemand'), 2);
    expect(unheeded.take('door', 2)).toMatchObject(hinted('demand'));
    expect(unheeded.take('door', 3)).toMatchObject(hinted('unDemand'));
  });

  it('is as much as fits, however much comes while nobody can look, and a demand in it is not displaced', () => {
    const unheeded = createUnheeded(manualClock());
    for (let ticket = 1; ticket <= 3; ticket += 1) unheeded.add('door', hinted('read'), ticket);
    unheeded.add('door', hinted('demand'), 4);
    for (let ticket = 5; ticket <= 100; ticket += 1) unheeded.add('door', hinted('unread'), ticket);
    expect(unheeded.take('door', 101)).toMatchObject(hinted('demand'));
    expect(unheeded.take('door', 101)).toBeUndefined();
  });
});
