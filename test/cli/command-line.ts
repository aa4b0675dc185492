/** Owns a command line for tests: real files in a folder of its own, a program and a keyboard that the test scripts. */

import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../src/cli/io.ts';
import { nodeFiles, probePort } from '../../src/cli/node-io.ts';
import type { Program } from '../../src/cli/program.ts';
import { runCli } from '../../src/cli/run.ts';
import { loadConfig } from '../../src/config/load.ts';
import { systemClock } from '../support/system-clock.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CommandLine {
  /** The data folder of the configuration is `<dir>/data`. */
  readonly dir: string;
  readonly tokenFile: string;
  env: Record<string, string>;
  /** What is piped in; the keyboard is used when `typed` is set. */
  piped: string;
  /** Answers to the questions, in order. */
  typed: string[] | undefined;
  /** The questions that were asked; hidden ones end with a lock. */
  readonly asked: string[];
  program: Program;
  run(...argv: string[]): Promise<Ran>;
  /** The output with `--json`, decoded. */
  json(...argv: string[]): Promise<unknown>;
  remove(): Promise<void>;
}

export async function commandLine(): Promise<CommandLine> {
  const dir = await mkdtemp(join(tmpdir(), 'nestmtx-cli-'));
  const readFile = (path: string) => readFileSync(path, 'utf8');
  const self: CommandLine = {
    dir,
    tokenFile: join(dir, 'config', 'nestmtx-bridge', 'token.json'),
    env: { DATA_DIR: join(dir, 'data'), XDG_CONFIG_HOME: join(dir, 'config') },
    piped: '',
    typed: undefined,
    asked: [],
    program: {
      version: '1.2.3',
      start: async () => 0,
      loadConfig: () => loadConfig({ env: self.env, cwd: dir, readFile }),
      openOffline: () => Promise.reject(new Error('no store here')),
      wholeFolder: () => {
        throw new Error('no folder here');
      },
      backups: () => Promise.reject(new Error('no folder here')),
      cluster: () => Promise.reject(new Error('no cluster here')),
      openMoving: () => Promise.reject(new Error('no store here')),
      checks: async () => [],
    },
    run: async (...argv) => {
      const written = { out: '', err: '' };
      const writeTo = (stream: keyof typeof written) => (text: string) => {
        written[stream] += text;
      };
      const io: Io = {
        env: self.env,
        stdout: { write: writeTo('out') },
        stderr: { write: writeTo('err') },
        stdin: {
          isTTY: self.typed !== undefined,
          readAll: async () => self.piped,
          ask: async (question, { hidden = false } = {}) => {
            self.asked.push(hidden ? `${question}🔒` : question);
            return self.typed?.shift() ?? '';
          },
        },
        fetch,
        clock: systemClock,
        files: nodeFiles,
        home: dir,
        nodeVersion: process.version,
        probePort,
      };
      const code = await runCli(argv, io, self.program);
      return { code, ...written };
    },
    json: async (...argv) => {
      const { out } = await self.run(...argv, '--json');
      return JSON.parse(out);
    },
    remove: () => rm(dir, { recursive: true }),
  };
  return self;
}
