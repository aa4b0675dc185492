import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lock } from '../../src/store/lock.ts';

let dir: string;
let path: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lock-'));
  path = join(dir, 'store.lock');
});
afterEach(() => rm(dir, { recursive: true }));

describe('the lock of a store', () => {
  it('is refused to a second opener, with the pid of the first one', async () => {
    const unlock = await lock(path);
    await expect(lock(path)).rejects.toThrow(`in use by the process ${process.pid}`);
    await unlock();
    await (await lock(path))();
    expect(await readdir(dir)).toEqual([]);
  });

  it('is respected while another process holds it, and taken over when that has died', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    await writeFile(path, JSON.stringify({ pid: child.pid, started: null }));
    await expect(lock(path)).rejects.toThrow(`in use by the process ${child.pid}`);
    child.kill('SIGKILL');
    await once(child, 'close');
    await lock(path);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('is taken over when another process has got the pid, as PID 1 does in a container that was restarted', async () => {
    const unlock = await lock(path);
    const { started } = JSON.parse(await readFile(path, 'utf8'));
    await unlock();
    expect(started).toMatch(/^[0-9a-f-]{36}\/\d+$/);
    await writeFile(path, JSON.stringify({ pid: process.pid, started: `${started}0` }));
    await lock(path);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ pid: process.pid, started });
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
      for (const attempt of attempts) if (attempt.status === 'fulfilled') await attempt.value();
      expect(await readdir(dir)).toEqual([]);
    }
  });
});
