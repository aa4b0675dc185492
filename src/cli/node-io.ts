/** Owns the real surroundings of the command line: the process, the file system, the network. */

import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { systemClock } from '../system/clock.ts';
import { Failure } from './failure.ts';
import type { Files, Input, Io } from './io.ts';

/** `process` has all of it. */
export interface Surroundings {
  readonly env: Io['env'];
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined };
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly version: string;
}

export function nodeIo({ env, stdin, stdout, stderr, version }: Surroundings): Io {
  return {
    env,
    stdout: { write: (words) => void stdout.write(words) },
    stderr: { write: (words) => void stderr.write(words) },
    stdin: inputOf(stdin, stderr),
    fetch,
    clock: systemClock,
    files: nodeFiles,
    home: homedir(),
    nodeVersion: version,
    probePort,
  };
}

export const nodeFiles: Files = {
  read: async (path) => {
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new Failure(
        2,
        `${path} cannot be read (${codeOf(error)})`,
        'Run this as the user whose file it is, or as root.',
      );
    }
  },
  writePrivate: async (path, content) => {
    const fresh = `${path}.${randomBytes(6).toString('hex')}`;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      await writeFile(fresh, content, { mode: 0o600, flag: 'wx' });
      await rename(fresh, path);
    } finally {
      await rm(fresh, { force: true });
    }
  },
  remove: (path) => rm(path, { force: true }),
  directoryFault: async (path) => {
    try {
      await access(path, constants.W_OK | constants.X_OK);
      return undefined;
    } catch (error) {
      const isRoot = dirname(path) === path;
      return codeOf(error) === 'ENOENT' && !isRoot ? nodeFiles.directoryFault(dirname(path)) : codeOf(error);
    }
  },
};

/** Listens for a moment, since that is the only way to know. */
export function probePort(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(codeOf(error)));
    server.listen(port, host, () => server.close(() => resolve('free')));
  });
}

function inputOf(stdin: Surroundings['stdin'], stderr: NodeJS.WritableStream): Input {
  return {
    isTTY: stdin.isTTY === true,
    readAll: () => text(stdin),
    ask: async (question, { hidden = false } = {}) => {
      // What is typed is echoed to the output of the line editor: for a secret that is nowhere.
      const output = hidden ? new PassThrough().resume() : stderr;
      const editor = createInterface({ input: stdin, output, terminal: true });
      const cancelled = new Promise<never>((_resolve, reject) => {
        editor.once('SIGINT', () => reject(new Failure(1, 'cancelled')));
        editor.once('close', () => reject(new Failure(1, 'cancelled')));
      });
      try {
        if (hidden) stderr.write(question);
        return await Promise.race([editor.question(hidden ? '' : question), cancelled]);
      } finally {
        editor.close();
        if (hidden) stderr.write('\n');
      }
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
