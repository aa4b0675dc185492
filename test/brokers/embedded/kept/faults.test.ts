/** Pins what becomes of what is kept when the disk is full or fails: nothing is lost, and nobody is told what is not so. */

import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Kept } from '../../../../src/brokers/embedded/kept/open-kept.ts';
import { type Call, CrashDisk } from '../../../store/crash-disk.ts';
import { keptLog } from '../../../store/kept-log.ts';
import { type ManualClock, manualClock } from '../../../support/manual-clock.ts';
import { comesTrue } from '../../../support/patience.ts';
import { contentOf, durable, FRESH, JOURNAL, messageOf, openOn, owe, sessionOf } from './on-disk.ts';

const HEALTHY = () => undefined;
const RETRY_MS = 5000;

function failing(name: string, code: string, ...paths: string[]): (call: Call) => void {
  return (call) => {
    if (call.name === name && paths.includes(call.path)) throw new Error(`${code}: the disk said no`);
  };
}

/** Tried again until it succeeds. */
async function recovers(clock: ManualClock, { keeper }: Kept): Promise<void> {
  await comesTrue(() => {
    clock.advance(RETRY_MS);
    expect(keeper.fault).toBeNull();
  });
}

async function opened(slackBytes = 1e6) {
  const disk = new CrashDisk();
  const log = keptLog();
  const clock = manualClock();
  const kept = await openOn(disk, { log, clock, slackBytes });
  const session = sessionOf('one');
  kept.keeper.opened(session);
  await durable(kept);
  const told: string[] = [];
  /** Owed to the session; told once it is durable. */
  const keep = (text: string) => {
    owe(kept, session, messageOf('a', text));
    kept.keeper.durable(() => told.push(text));
  };
  const afterPowerCut = async () => contentOf((await openOn(disk.after('power cut'))).state).sessions[0]?.owed;
  return { disk, log, clock, kept, session, told, keep, afterPowerCut };
}

describe('a disk that fails', () => {
  it('may take a frame in many pieces', async () => {
    const { disk, keep, told, afterPowerCut } = await opened();
    disk.takes = () => 3;
    keep('1');
    await comesTrue(() => expect(told).toEqual(['1']));
    expect(await afterPowerCut()).toEqual(['1']);
  });

  it.each([
    ['write', 'ENOSPC'],
    ['write', 'EIO'],
    ['sync', 'EIO'],
  ])('at %s (%s): what must be kept is not acknowledged until it is, and nothing is lost', async (name, code) => {
    const { disk, log, clock, kept, told, keep, afterPowerCut } = await opened();
    keep('1');
    await durable(kept);
    expect(kept.keeper.fault).toBeNull();
    disk.before = failing(name, code, JOURNAL, FRESH);
    keep('2');
    await comesTrue(() => expect(kept.keeper.fault ?? '').toContain(`${code}: the disk said no`));
    keep('3');
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { calls } = disk;
      await comesTrue(() => {
        clock.advance(RETRY_MS);
        expect(disk.calls).toBeGreaterThan(calls);
      });
    }
    expect(told).toEqual(['1']);
    // Said once, with what went wrong.
    expect(log.lines).toMatchObject([{ level: 'error', fields: { file: JOURNAL } }]);

    disk.before = HEALTHY;
    await recovers(clock, kept);
    expect(told).toEqual(['1', '2', '3']);
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info']);
    keep('4');
    await comesTrue(() => expect(told).toHaveLength(4));
    expect(await afterPowerCut()).toEqual(['1', '2', '3', '4']);
  });

  it('does not hold up what may not come late', async () => {
    const { disk, kept, keep, told } = await opened();
    disk.before = failing('write', 'ENOSPC', JOURNAL, FRESH);
    keep('1');
    await new Promise<void>((resolve) => kept.keeper.tried(resolve));
    expect(kept.keeper.fault).not.toBeNull();
    let isCalled = false;
    kept.keeper.tried(() => {
      isCalled = true;
    });
    expect(isCalled).toBe(true);
    expect(told).toEqual([]);
  });

  it('fills no memory with what it does not take', async () => {
    const { disk, clock, kept, session, told, keep, afterPowerCut } = await opened();
    disk.before = failing('write', 'ENOSPC', JOURNAL, FRESH);
    keep('1');
    await comesTrue(() => expect(kept.keeper.fault).not.toBeNull());
    for (let index = 0; index < 5000; index += 1) {
      kept.keeper.settled(session, owe(kept, session, messageOf('a', 'x'.repeat(10_000))));
    }
    expect(kept.keeper.isBehind).toBe(false);
    disk.before = HEALTHY;
    await recovers(clock, kept);
    expect(told).toEqual(['1']);
    expect(await afterPowerCut()).toEqual(['1']);
    expect(disk.content(JOURNAL)?.length).toBeLessThan(1000);
  });

  it('is told from one that is slow: then those who note much are asked to wait', async () => {
    const { disk, kept, session } = await opened();
    let goOn = (): void => undefined;
    disk.before = ({ name }) => (name === 'sync' ? new Promise((resolve) => (goOn = resolve)) : undefined);
    owe(kept, session, messageOf('a', 'first'));
    const first = durable(kept);
    await comesTrue(() => expect(disk.content(JOURNAL)?.includes('first')).toBe(true));
    for (let index = 0; index < 100; index += 1) owe(kept, session, messageOf('a', 'x'.repeat(20_000)));
    expect(kept.keeper.isBehind).toBe(true);
    disk.before = HEALTHY;
    goOn();
    await first;
    await durable(kept);
    expect(kept.keeper.isBehind).toBe(false);
  });

  it.each([
    ['rename', JOURNAL],
    ['syncDirectory', dirname(JOURNAL)],
  ])('at %s: nothing is acknowledged until it is known which file a restart would find', async (name, path) => {
    const { disk, clock, kept, session, told, keep, afterPowerCut } = await opened(100);
    disk.before = failing(name, 'EIO', path);
    const texts = Array.from({ length: 10 }, (_, index) => `${index}`);
    for (const text of texts) {
      keep(text);
      for (let index = 0; index < 20; index += 1) {
        kept.keeper.settled(session, owe(kept, session, messageOf('a', 'passes through')));
      }
      await new Promise<void>((resolve) => kept.keeper.tried(resolve));
    }
    await comesTrue(() => expect(kept.keeper.fault ?? '').toContain('EIO'));
    expect(told.length).toBeLessThan(10);
    for (const crash of ['process dies', 'power cut', 'power cut after names'] as const) {
      const { state } = await openOn(disk.after(crash));
      expect(contentOf(state).sessions[0]?.owed).toEqual(expect.arrayContaining(told));
    }
    disk.before = HEALTHY;
    await recovers(clock, kept);
    expect(told).toEqual(texts);
    expect(await afterPowerCut()).toEqual(texts);
  });

  it('at the very first file is no reason not to start', async () => {
    const disk = new CrashDisk();
    const log = keptLog();
    const clock = manualClock();
    disk.before = failing('create', 'EROFS', FRESH);
    const kept = await openOn(disk, { log, clock });
    kept.keeper.retained(messageOf('r', '1'), '');
    await new Promise<void>((resolve) => kept.keeper.tried(resolve));
    expect(kept.keeper.fault).toContain('EROFS');
    disk.before = HEALTHY;
    await recovers(clock, kept);
    expect(contentOf((await openOn(disk.after('power cut'))).state).retained).toEqual(['r=1']);
  });

  it('does not keep the broker from closing', async () => {
    const { disk, kept, keep, told, clock } = await opened();
    disk.before = failing('write', 'ENOSPC', JOURNAL, FRESH);
    keep('1');
    await kept.keeper.close();
    expect([told, clock.waiting]).toEqual([[], 0]);
  });
});

describe('a fresh file that cannot be made', () => {
  it.each(['create', 'write', 'sync'])(
    '(at %s) leaves the running one as it is, and a later one succeeds',
    async (name) => {
      const { disk, log, kept, session, afterPowerCut } = await opened(500);
      disk.before = failing(name, 'ENOSPC', FRESH);
      const passThrough = async (rounds: number) => {
        for (let round = 0; round < rounds; round += 1) {
          const passing = owe(kept, session, messageOf('a', `${round}`));
          await durable(kept);
          kept.keeper.settled(session, passing);
        }
      };
      await passThrough(30);
      expect(log.lines[0]).toMatchObject({ level: 'warn' });
      expect([kept.keeper.fault, disk.content(FRESH)]).toEqual([null, undefined]);
      const size = disk.content(JOURNAL)?.length ?? 0;
      owe(kept, session, messageOf('a', 'stays'));
      await durable(kept);
      expect(await afterPowerCut()).toContain('stays');

      disk.before = HEALTHY;
      await passThrough(100);
      expect(disk.content(JOURNAL)?.length).toBeLessThan(size + 1000);
      expect(await afterPowerCut()).toContain('stays');
    },
  );
});
