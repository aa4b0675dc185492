/** Pins what a start makes of the file that a crash, a power cut, a bad disk or somebody else has left. */

import { describe, expect, it } from 'vitest';
import { CRASHES, CrashDisk } from '../../../store/crash-disk.ts';
import { keptLog } from '../../../store/kept-log.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { contentOf, durable, JOURNAL, messageOf, openOn, owe, sessionOf, TORN } from './on-disk.ts';

// Small enough for several fresh files within the workload.
const SLACK_BYTES = 300;

/** Queues and retained messages, of which `acknowledged` is told once they are durable; the first half of a queue is settled. */
async function work(disk: CrashDisk, acknowledged: { owed: string[]; retained: number; settled: Set<string> }) {
  // Nothing is tried again.
  const kept = await openOn(disk, { slackBytes: SLACK_BYTES, clock: manualClock() });
  const session = sessionOf('one');
  kept.keeper.opened(session);
  for (let round = 1; round <= 25; round += 1) {
    const texts = [1, 2, 3].map((part) => `${round}.${part}`);
    const [first] = texts.map((text) => owe(kept, session, messageOf('a', text.padEnd(40))));
    kept.keeper.retained(messageOf('r', `${round}`), '');
    await durable(kept);
    if (kept.keeper.fault !== null) throw new Error('told in vain');
    acknowledged.owed.push(...texts);
    acknowledged.retained = round;
    if (first === undefined) continue;
    acknowledged.settled.add(`${round}.1`);
    kept.keeper.settled(session, first);
  }
  await kept.keeper.close();
}

async function callsOfWork(): Promise<number> {
  const disk = new CrashDisk();
  await work(disk, { owed: [], retained: 0, settled: new Set() });
  return disk.calls;
}

describe.each(CRASHES)('when the %s', (crash) => {
  it('at any system call, a restart finds all that was acknowledged, in its order', async () => {
    const calls = await callsOfWork();
    expect(calls).toBeGreaterThan(50);
    for (let fatal = 2; fatal <= calls; fatal += 1) {
      const disk = new CrashDisk();
      const place = `at call ${fatal}`;
      let die = (): void => undefined;
      const dead = new Promise<void>((resolve) => {
        die = resolve;
      });
      disk.before = ({ number }) => {
        if (number < fatal) return;
        die();
        throw new Error('crashed');
      };
      // A dying write may have got a part of its bytes out.
      disk.takes = (length, { number }) => (number === fatal - 1 ? Math.ceil(length / 2) : length);
      const acknowledged = { owed: [] as string[], retained: 0, settled: new Set<string>() };
      await Promise.race([work(disk, acknowledged), dead]);

      const restarted = disk.after(crash);
      const { state } = await openOn(restarted);
      const { sessions, retained } = contentOf(state);
      const found = sessions.flatMap(({ owed }) => owed.map((text) => text.trim()));
      const must = acknowledged.owed.filter((text) => !acknowledged.settled.has(text));
      expect(found, place).toEqual(expect.arrayContaining(must));
      expect(found, place).toEqual([...found].sort((one, other) => Number.parseFloat(one) - Number.parseFloat(other)));
      expect(Number(retained[0]?.slice(2) ?? 0), place).toBeGreaterThanOrEqual(acknowledged.retained);
      // A second start finds the same.
      expect(contentOf((await openOn(restarted)).state), place).toEqual(contentOf(state));
    }
  });
});

interface Sample {
  readonly journal: Buffer;
  /** Where what the file was begun with ends, and each frame behind it. */
  readonly ends: readonly number[];
  /** What is kept up to there. */
  readonly contents: readonly unknown[];
}

async function sample(): Promise<Sample> {
  const disk = new CrashDisk();
  const kept = await openOn(disk);
  const session = sessionOf('one');
  kept.keeper.opened(session);
  await durable(kept);
  const ends: number[] = [];
  const contents: unknown[] = [];
  for (let index = 0; index < 5; index += 1) {
    if (index > 0) owe(kept, session, messageOf('a', `ž${index}`));
    await durable(kept);
    ends.push(disk.content(JOURNAL)?.length ?? 0);
    contents.push(contentOf((await openOn(disk)).state));
  }
  return { journal: Buffer.from(disk.content(JOURNAL) ?? ''), ends, contents };
}

function diskWith(journal: Buffer): CrashDisk {
  const disk = new CrashDisk();
  disk.place(JOURNAL, Buffer.from(journal));
  return disk;
}

describe('a journal that ends anywhere', () => {
  it('is cut behind its last whole frame; what was torn is kept aside and told once', async () => {
    const { journal, ends, contents } = await sample();
    for (let length = ends[0] ?? 0; length <= journal.length; length += 1) {
      const disk = diskWith(journal.subarray(0, length));
      const log = keptLog();
      const whole = ends.filter((end) => end <= length);
      const end = whole.at(-1) ?? 0;
      expect(contentOf((await openOn(disk, { log })).state)).toEqual(contents[whole.length - 1]);
      expect(disk.content(JOURNAL)).toEqual(journal.subarray(0, end));
      expect(disk.content(TORN)).toEqual(length === end ? undefined : journal.subarray(end, length));
      const told = { level: 'warn', fields: { file: JOURNAL, byte: end, tornBytes: length - end, keptAs: TORN } };
      expect(log.lines).toMatchObject(length === end ? [] : [told]);
      await openOn(disk, { log });
      expect(log.lines).toHaveLength(length === end ? 0 : 1);
    }
  });

  it('is cut as well where its last frame begins with zeros: a power cut leaves them where pages went out in another order', async () => {
    const { journal, ends, contents } = await sample();
    const [start = 0, end = 0] = ends.slice(-2);
    for (let to = start + 1; to <= end; to += 1) {
      const disk = diskWith(Buffer.from(journal).fill(0, start, to));
      expect(contentOf((await openOn(disk)).state)).toEqual(contents.at(-2));
      expect(disk.content(JOURNAL)).toHaveLength(start);
    }
  });

  it('is refused and kept when it ends within what it was begun with: no crash does that', async () => {
    const { journal, ends } = await sample();
    for (let length = 0; length < (ends[0] ?? 0); length += 1) {
      const disk = diskWith(journal.subarray(0, length));
      await expect(openOn(disk)).rejects.toMatchObject({ code: 'unavailable' });
      expect(disk.content(JOURNAL)).toEqual(journal.subarray(0, length));
    }
  });

  it('does not stop the start where there is no room to keep the torn end aside', async () => {
    const { journal, contents } = await sample();
    const disk = diskWith(journal.subarray(0, -1));
    disk.before = ({ name, path }) => {
      if (name === 'write' && path === TORN) throw new Error('ENOSPC: no space left on device');
    };
    const log = keptLog();
    expect(contentOf((await openOn(disk, { log })).state)).toEqual(contents.at(-2));
    expect(log.lines).toMatchObject([{ level: 'warn' }]);
    expect(disk.content(JOURNAL)).toEqual(journal.subarray(0, -1));
  });

  it('is not mistaken for a damaged one because a message looks like a frame', async () => {
    // Whole frames, with numbers that are still to come.
    const { journal } = await sample();
    const disk = new CrashDisk();
    const kept = await openOn(disk);
    kept.keeper.retained(messageOf('r', 'x'), '');
    await durable(kept);
    const whole = disk.content(JOURNAL)?.length ?? 0;
    const evil = messageOf('evil', '');
    evil.payload = journal;
    kept.keeper.retained(evil, '');
    await durable(kept);
    const torn = diskWith(disk.content(JOURNAL)?.subarray(0, -1) ?? Buffer.alloc(0));
    expect(contentOf((await openOn(torn)).state).retained).toEqual(['r=x']);
    expect(torn.content(JOURNAL)).toHaveLength(whole);
  });
});

describe('a journal that is damaged before its last frame', () => {
  it('stops the start, is named with the byte, and stays as it is, whichever bit it is', async () => {
    const { journal, ends } = await sample();
    for (let position = 0; position < (ends.at(-2) ?? 0); position += 1) {
      const damaged = Buffer.from(journal);
      damaged[position] = (damaged[position] ?? 0) ^ (1 << (position % 8));
      const disk = diskWith(damaged);
      const start = ends.filter((end) => end <= position).at(-1);
      const place = start === undefined ? `${JOURNAL}, byte ` : `${JOURNAL}, byte ${start}: the frame is damaged`;
      await expect(openOn(disk), `byte ${position}`).rejects.toThrow(place);
      await expect(openOn(disk)).rejects.toThrow(`mv '${JOURNAL}' '${JOURNAL}.broken'`);
      expect(disk.content(JOURNAL)).toEqual(damaged);
      expect(disk.content(TORN)).toBeUndefined();
    }
  });

  it('stops the start where a frame is missing, too', async () => {
    const { journal, ends } = await sample();
    const [first = 0, second = 0] = ends;
    const disk = diskWith(Buffer.concat([journal.subarray(0, first), journal.subarray(second)]));
    await expect(openOn(disk)).rejects.toThrow(`${JOURNAL}, byte ${first}: the frame is damaged, and a good one`);
  });
});

describe('a file that is none of ours', () => {
  it.each([
    ['empty', ''],
    ['a text', 'Dear diary, today I have kept no messages at all, and nobody has asked me for any.'],
    ['of a version to come', `nestmtx-broker \x02${'x'.repeat(100)}`],
  ])('(%s) is left alone, and named', async (_, content) => {
    const disk = diskWith(Buffer.from(content, 'latin1'));
    await expect(openOn(disk)).rejects.toThrow(`${JOURNAL}, byte 0: this is no journal of this version`);
    expect(disk.content(JOURNAL)?.toString('latin1')).toBe(content);
  });
});
