import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeFiles, nodeIo, probePort } from '../../src/cli/node-io.ts';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'nestmtx-io-'));
});

afterAll(() => rm(dir, { recursive: true }));

function keyboard() {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io = nodeIo({ env: {}, stdin, stdout, stderr, version: process.version });
  return { io, stdin, shown: () => String(stdout.read() ?? '') + String(stderr.read() ?? '') };
}

describe('a question', () => {
  it('shows nothing of a password that is typed', async () => {
    const { io, stdin, shown } = keyboard();
    const answer = io.stdin.ask('Password: ', { hidden: true });
    stdin.write('s3cret\r');
    expect(await answer).toBe('s3cret');
    expect(shown()).toBe('Password: \n');
  });

  it('can be asked again', async () => {
    const { io, stdin } = keyboard();
    for (const typed of ['one', 'two']) {
      const answer = io.stdin.ask('Name: ');
      stdin.write(`${typed}\r`);
      expect(await answer).toBe(typed);
    }
  });

  it('is cancelled by Ctrl-C and at the end of input', async () => {
    const first = keyboard();
    const interrupted = first.io.stdin.ask('Password: ', { hidden: true });
    first.stdin.write('\u0003');
    await expect(interrupted).rejects.toThrow('cancelled');
    const second = keyboard();
    const ended = second.io.stdin.ask('Name: ');
    second.stdin.end();
    await expect(ended).rejects.toThrow('cancelled');
  });
});

describe('a private file', () => {
  it('is replaced as a whole, with mode 0600 whatever it had', async () => {
    const path = join(dir, 'new', 'token.json');
    await nodeFiles.writePrivate(path, 'one');
    await rm(path);
    await writeFile(path, 'open to all', { mode: 0o644 });
    await nodeFiles.writePrivate(path, 'two');
    expect(await readFile(path, 'utf8')).toBe('two');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(dir, 'new'))).toEqual(['token.json']);
  });

  it('that is not there reads as undefined and is removed without complaint', async () => {
    expect(await nodeFiles.read(join(dir, 'none'))).toBeUndefined();
    await nodeFiles.remove(join(dir, 'none'));
  });
});

describe('a port', () => {
  it('is probed without keeping it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    expect(await probePort('127.0.0.1', port)).toBe('EADDRINUSE');
    server.close();
    await once(server, 'close');
    expect(await probePort('127.0.0.1', port)).toBe('free');
    expect(await probePort('127.0.0.1', port)).toBe('free');
  });
});
