import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasProgram } from '../support/programs.ts';
import { type CommandLine, commandLine } from './command-line.ts';

let cli: CommandLine;

beforeAll(async () => {
  cli = await commandLine();
});

afterAll(() => cli.remove());

/** What bash offers for the last of the words. */
async function complete(...words: string[]): Promise<string[]> {
  const { out } = await cli.run('completion', 'bash');
  const line = words.map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(nestmtx-bridge ${line}); COMP_CWORD=${words.length}; _nestmtx_bridge`;
  const print = `printf "%s\\n" "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', `${out}\n${ask}\n${print}`], { encoding: 'utf8' })
    .trim()
    .split('\n');
}

describe.skipIf(!hasProgram('bash'))('the completion of bash', () => {
  it.each([
    [['u'], ['users']],
    [['lo'], ['login', 'logout']],
    [['command', 're'], ['read']],
    [['import', 'go'], ['go2rtc']],
    [['command', 'list', 'cam'], ['cameras']],
    [
      ['emit', 'camera', '3', 'un'],
      ['unDemand', 'unread'],
    ],
    [
      ['users', 'd'],
      ['disable', 'delete'],
    ],
    [['users', 'add', 'bob', '--a'], ['--admin']],
    [['login', '--r'], ['--remember']],
    [['emit', 'camera', ''], ['']],
  ])('offers after %j: %j', async (words, offered) => {
    expect(await complete(...words)).toEqual(offered);
  });
});

describe('the completion of other shells', () => {
  it.each(['zsh', 'fish'])('of %s knows every command and option', async (shell) => {
    const { out } = await cli.run('completion', shell);
    for (const word of ['doctor', 'cameras', 'unDemand', 'passwd', 'remember']) expect(out).toContain(word);
  });
});
