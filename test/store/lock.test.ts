import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lock } from '../../src/store/lock/lock.ts';
import { endsWithUs } from '../support/children.ts';

let dir: string;
let path: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lock-'));
  path = join(dir, 'store.lock');
});
afterEach(() => rm(dir, { recursive: true }));

describe('the lock of a store', () => {
  it('is refused to a second opener, with the pid of the first one', async () => {
    const held = await lock(path);
    await expect(lock(path)).rejects.toThrow(`in use by the process ${process.pid}`);
    await held.release();
    await (await lock(path)).release();
    expect(await readdir(dir)).toEqual([]);
  });

  it('is respected while another process holds it, and taken over when that has died', async () => {
    const child = endsWithUs(spawn('sleep', ['60']));
    await once(child, 'spawn');
    await writeFile(path, JSON.stringify({ pid: child.pid, started: null }));
    await expect(lock(path)).rejects.toThrow(`in use by the process ${child.pid}`);
    child.kill('SIGKILL');
    await once(child, 'close');
    await lock(path);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('is taken over when another process has got the pid, as PID 1 does in a container that was restarted', async () => {
    const held = await lock(path);
    const { started } = JSON.parse(await readFile(path, 'utf8'));
    await held.release();
    expect(started).toMatch(/^[0-9a-f-]{36}\/\d+$/);
    await writeFile(path, JSON.stringify({ pid: process.pid, started: `${started}0` }));
    await lock(path);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid, started });
  });

  it.each(['', '{"pid":', '{"pid":-1}', 'null'])('is taken over when a power cut garbled it: %j', async (content) => {
    await writeFile(path, content);
    await lock(path);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('goes to one alone of many that find it stale at the same time', async () => {
    for (let round = 0; round < 20; round += 1) {
      await writeFile(path, JSON.stringify({ pid: process.pid, started: 'of an earlier one' }));
      const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lock(path)));
      expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const attempt of attempts) if (attempt.status === 'fulfilled') await attempt.value.release();
      expect(await readdir(dir)).toEqual([]);
    }
  });
});

/** What another container or another machine has written: its processes are hidden from here. */
const ELSEWHERE = JSON.stringify({ id: 'theirs', pid: 1, started: 'another boot/1', space: 'pid:[1]' });
const QUICK = { answerEveryMs: 20, patienceMs: 400 };

describe('an owner of the lock that cannot be seen', () => {
  it('is asked, and respected when it answers', async () => {
    const held = await lock(path, QUICK);
    const own = await readFile(path, 'utf8');
    // As a process of another container sees it: the number means nothing to it.
    const hidden = own.replace(/"space":"[^"]*"/, '"space":"pid:[1]"').replace(/"pid":\d+/, '"pid":1');
    await writeFile(path, hidden);
    await expect(lock(path, QUICK)).rejects.toThrow('in use by another container or another machine');
    expect(await held.isOwn()).toBe(true);
    await held.release();
    expect(await readdir(dir)).toEqual([]);
  });

  it('is taken for gone when it does not answer', async () => {
    await writeFile(path, ELSEWHERE);
    const begunMs = performance.now();
    const held = await lock(path, QUICK);
    expect(performance.now() - begunMs).toBeGreaterThanOrEqual(QUICK.patienceMs);
    await held.release();
    expect(await readdir(dir)).toEqual([]);
  });

  it('learns that it has been taken for gone, once, and leaves what is not its own', async () => {
    let losses = 0;
    const held = await lock(path, { ...QUICK, onLost: () => losses++ });
    await writeFile(path, ELSEWHERE);
    await expect.poll(() => losses).toBe(1);
    expect(await held.isOwn()).toBe(false);
    await held.release();
    expect(await readFile(path, 'utf8')).toBe(ELSEWHERE);
  });

  it('that was frozen looks before it goes on: the next write must not be its', async () => {
    const held = await lock(path, { answerEveryMs: 600_000, patienceMs: 0 });
    expect(await held.isOwn()).toBe(true);
    await writeFile(path, ELSEWHERE);
    expect(await held.isOwn()).toBe(false);
    await held.release();
  });

  it('puts a lock back that somebody has removed by hand', async () => {
    const held = await lock(path, QUICK);
    const own = await readFile(path, 'utf8');
    await rm(path);
    await expect.poll(() => readFile(path, 'utf8').catch(() => '')).toBe(own);
    expect(await held.isOwn()).toBe(true);
    await held.release();
  });
});
