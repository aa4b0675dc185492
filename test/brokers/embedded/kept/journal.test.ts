/** Pins how notes get to the disk: together, in time, once, and in a file that stays small. */

import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openKept } from '../../../../src/brokers/embedded/kept/open-kept.ts';
import { nodeFileSystem } from '../../../../src/store/file-system.ts';
import { type Call, CrashDisk } from '../../../store/crash-disk.ts';
import { keptLog } from '../../../store/kept-log.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { comesTrue } from '../../../support/patience.ts';
import { systemClock } from '../../../support/system-clock.ts';
import { contentOf, durable, FRESH, grantedOf, JOURNAL, messageOf, openOn, owe, sessionOf } from './on-disk.ts';

/** A disk that counts what it is asked. */
function countingDisk(): { disk: CrashDisk; calls: Call[] } {
  const disk = new CrashDisk();
  const calls: Call[] = [];
  disk.before = (call) => void calls.push(call);
  return { disk, calls };
}

describe('what is noted', () => {
  it('comes back in a later run: sessions, filters, queues in their order, wills and retained messages', async () => {
    const disk = new CrashDisk();
    const kept = await openOn(disk);
    const session = sessionOf('one');
    kept.keeper.opened(session);
    kept.keeper.subscribed(session, grantedOf('a/#'));
    kept.keeper.subscribed(session, grantedOf('b'));
    kept.keeper.unsubscribed(session, 'b');
    const [first] = ['1', '2', '3'].map((text) => owe(kept, session, messageOf('a/x', text)));
    kept.keeper.received(session, 9);
    kept.keeper.received(session, 10);
    kept.keeper.forgotten(session, 9);
    kept.keeper.retained(messageOf('r/1', 'old'), '');
    kept.keeper.retained(messageOf('r/1', 'new'), '');
    kept.keeper.retained(messageOf('r/2', 'x'), '');
    kept.keeper.cleared('r/2', '');
    const will = {
      topic: 'w',
      payload: Buffer.from('gone'),
      qos: 1,
      retain: false,
      delaySeconds: 9,
      properties: {},
    } as const;
    kept.keeper.willPending({ session, will, dueAtMs: 5 });
    const ended = sessionOf('two');
    kept.keeper.opened(ended);
    owe(kept, ended, messageOf('a/x', 'never'));
    kept.keeper.ended(ended);
    if (first !== undefined) kept.keeper.settled(session, first);
    await durable(kept);
    const expected = {
      sessions: [{ clientId: 'one', filters: ['a/#'], owed: ['2', '3'], received: [10], will: 'gone' }],
      retained: ['r/1=new'],
    };
    expect(contentOf((await openOn(disk.after('power cut'))).state)).toEqual(expected);
  });

  it('in one turn is written and confirmed by one frame, also if it is much', async () => {
    const { disk, calls } = countingDisk();
    const kept = await openOn(disk);
    const session = sessionOf('one');
    kept.keeper.opened(session);
    await durable(kept);
    calls.length = 0;
    for (let index = 0; index < 1000; index += 1) owe(kept, session, messageOf('a', `${index}`));
    await durable(kept);
    expect(calls.map(({ name }) => name)).toEqual(['write', 'sync']);
  });

  it('while a frame is on its way shares the next one', async () => {
    const { disk, calls } = countingDisk();
    const kept = await openOn(disk);
    kept.keeper.retained(messageOf('r', '0'), '');
    await durable(kept);
    calls.length = 0;
    const told: number[] = [];
    disk.before = (call) => {
      calls.push(call);
      if (call.name !== 'sync' || told.length > 0 || calls.length > 2) return;
      for (const index of [1, 2, 3]) {
        kept.keeper.retained(messageOf('r', `${index}`), '');
        kept.keeper.durable(() => told.push(index));
      }
    };
    kept.keeper.retained(messageOf('r', 'first'), '');
    await durable(kept);
    expect(told).toEqual([]);
    await durable(kept);
    expect(told).toEqual([1, 2, 3]);
    expect(calls.map(({ name }) => name)).toEqual(['write', 'sync', 'write', 'sync']);
  });

  it('is on the disk a tenth of a second later, though nobody waits for it', async () => {
    const { disk, calls } = countingDisk();
    const clock = manualClock();
    const kept = await openOn(disk, { clock });
    kept.keeper.retained(messageOf('r', '1'), '');
    clock.advance(99);
    expect(calls.filter(({ name }) => name === 'create')).toEqual([]);
    clock.advance(1);
    await comesTrue(() => expect(disk.content(JOURNAL)).toBeDefined());
    kept.keeper.retained(messageOf('r', '2'), '');
    clock.advance(100);
    await comesTrue(async () => {
      expect(contentOf((await openOn(disk.after('power cut'))).state).retained).toEqual(['r=2']);
    });
  });

  it('once is what nobody waits for: who asks is called back at once', async () => {
    const kept = await openOn(new CrashDisk());
    let isCalled = false;
    kept.keeper.durable(() => {
      isCalled = true;
    });
    expect(isCalled).toBe(true);
  });

  it('of sessions that are not kept is nothing', async () => {
    const { disk, calls } = countingDisk();
    const kept = await openOn(disk);
    const session = sessionOf('clean');
    expect(owe(kept, session, messageOf('a', '1')).keptAs).toBe(0);
    kept.keeper.subscribed(session, grantedOf('a'));
    kept.keeper.received(session, 1);
    kept.keeper.ended(session);
    expect(kept.keeper.notes).toBe(0);
    await kept.keeper.close();
    expect(calls.filter(({ name }) => name !== 'open')).toEqual([]);
  });

  it('is on the disk when the keeper is closed', async () => {
    const disk = new CrashDisk();
    const kept = await openOn(disk);
    kept.keeper.retained(messageOf('r', '1'), '');
    await kept.keeper.close();
    expect(contentOf((await openOn(disk.after('power cut'))).state).retained).toEqual(['r=1']);
    // Too late.
    kept.keeper.retained(messageOf('r', '2'), '');
    expect(contentOf((await openOn(disk)).state).retained).toEqual(['r=1']);
  });
});

describe('the file', () => {
  it('is one, of its owner alone', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'kept-'));
    const kept = await openKept({ dir, files: nodeFileSystem, clock: systemClock, log: keptLog() });
    kept.keeper.retained(messageOf('r', '1'), '');
    await kept.keeper.close();
    expect(await readdir(dir)).toEqual(['broker.journal']);
    expect((await stat(join(dir, 'broker.journal'))).mode & 0o777).toBe(0o600);
    await rm(dir, { recursive: true });
  });

  it('has a message once, however many sessions are owed it', async () => {
    const disk = new CrashDisk();
    const kept = await openOn(disk);
    const message = messageOf('a', 'x'.repeat(10_000));
    for (let index = 0; index < 100; index += 1) {
      const session = sessionOf(`${index}`);
      kept.keeper.opened(session);
      owe(kept, session, message);
    }
    await durable(kept);
    expect(disk.content(JOURNAL)?.length).toBeLessThan(20_000);
    const { state } = await openOn(disk);
    const found = new Set(
      [...state.sessions.values()].flatMap(({ owed }) => [...owed.values()].map((one) => one.message)),
    );
    expect([state.sessions.size, found.size]).toEqual([100, 1]);
  });

  it('stays small, whatever passes through it', async () => {
    const disk = new CrashDisk();
    const slackBytes = 20_000;
    const kept = await openOn(disk, { slackBytes });
    const session = sessionOf('one');
    kept.keeper.opened(session);
    let largest = 0;
    for (let round = 0; round < 300; round += 1) {
      const owed = Array.from({ length: 20 }, (_, index) => owe(kept, session, messageOf('a', `${round}.${index}`)));
      await durable(kept);
      for (const one of owed) kept.keeper.settled(session, one);
      kept.keeper.retained(messageOf('r', `${round}`), '');
      largest = Math.max(largest, disk.content(JOURNAL)?.length ?? 0);
    }
    expect(largest).toBeGreaterThan(slackBytes);
    expect(largest).toBeLessThan(2 * slackBytes);
    await kept.keeper.close();
    expect(contentOf((await openOn(disk)).state)).toEqual({
      sessions: [{ clientId: 'one', filters: [], owed: [] }],
      retained: ['r=299'],
    });
  });

  it('has a queue in its order, also when it was made anew in the middle of it and more came meanwhile', async () => {
    const disk = new CrashDisk();
    const kept = await openOn(disk);
    const session = sessionOf('one');
    const texts: string[] = [];
    const another = () => {
      texts.push(`${texts.length}`);
      owe(kept, session, messageOf('q', `${texts.length - 1}`));
    };
    kept.keeper.opened(session);
    for (let index = 0; index < 2000; index += 1) another();
    disk.before = ({ name, path }) => {
      if (name === 'write' && path === FRESH) another();
    };
    await durable(kept);
    disk.before = () => undefined;
    await durable(kept);
    expect(texts.length).toBeGreaterThan(2003);
    const { state } = await openOn(disk);
    expect(contentOf(state).sessions[0]?.owed).toEqual(texts);
  });

  it('is made anew in slices of which none holds up the event loop', async () => {
    const disk = new CrashDisk();
    const kept = await openOn(disk);
    for (let index = 0; index < 5000; index += 1) {
      kept.keeper.retained(messageOf(`r/${index}`, 'x'.repeat(300)), '');
    }
    const frames: number[] = [];
    let atMs = performance.now();
    disk.before = (call) => {
      if (call.name === 'write') frames.push(performance.now() - atMs);
      atMs = performance.now();
    };
    await durable(kept);
    expect(frames.length).toBeGreaterThanOrEqual(10);
    expect(contentOf((await openOn(disk)).state).retained).toHaveLength(5000);
  });
});
