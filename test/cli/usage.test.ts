import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/run.ts';
import { type CommandLine, commandLine } from './command-line.ts';

let cli: CommandLine;

beforeAll(async () => {
  cli = await commandLine();
});

afterAll(() => cli.remove());

describe('a slip of the keyboard', () => {
  it.each([
    [['strat'], 'there is no command strat, did you mean start?'],
    [['user', 'list'], 'there is no command user, did you mean users?'],
    [
      ['command', 'lst', 'users'],
      'the verb must be one of list, read, create, update, delete, not lst, did you mean list?',
    ],
    [['command', 'list'], 'the module is missing'],
    [['command', 'read', 'cameras'], 'read needs the id of an entity'],
    [['command', 'update', 'cameras', '3'], 'update needs a payload'],
    [['command', 'create', 'users', '{broken'], 'the payload must be a JSON object'],
    [['command', 'create', 'users', '[]'], 'the payload must be a JSON object'],
    [['command', 'delete', 'users', '3', '{}'], 'too many arguments, from {} on'],
    [['emit', 'camera', '3', 'redy'], 'not redy, did you mean ready?'],
    [['emit', 'camera'], 'the id of the camera is missing'],
    [['emit', 'door', '3', 'ready'], 'the domain must be one of camera, not door'],
    [['users', 'ad', 'bob'], 'not ad, did you mean add?'],
    [['users', 'passwd'], 'users passwd needs the name of a user'],
    [['users', 'list', '--serach', 'x'], 'users has no option --serach, did you mean --search?'],
    [['login', '--user'], "Option '--user <value>' argument missing"],
    [['login'], 'no user was given: use --user NAME'],
    [['logout', 'now'], 'too many arguments, from now on'],
    [['completion', 'bsh'], 'did you mean bash?'],
    [['help', 'looin'], 'did you mean login?'],
    [['command', 'list', 'users', '--url', 'house:2000'], 'the URL of the service must read like http://host:2000'],
  ])('%j is told with exit code 2', async (argv, words) => {
    const { code, out, err } = await cli.run(...argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
  });

  it('is told as JSON to a program', async () => {
    const { code, err } = await cli.run('strat', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(err)).toMatchObject({ error: { message: 'there is no command strat, did you mean start?' } });
  });
});

describe('help', () => {
  it('names every command, with exit code 0 when asked for and 2 when nothing was asked', async () => {
    const asked = await cli.run('--help');
    expect(asked.code).toBe(0);
    for (const { name, summary } of COMMANDS) expect(asked.out).toMatch(new RegExp(`  ${name} +${summary}`));
    expect(await cli.run('help')).toEqual(asked);
    expect(await cli.run()).toEqual({ code: 2, out: '', err: asked.out });
  });

  it.each(COMMANDS.map((command) => [command.name, command] as const))('of %s is complete', async (name, command) => {
    const { out } = await cli.run('help', name);
    for (const line of command.usage) expect(out).toContain(`nestmtx-bridge ${line}`);
    for (const option of Object.keys(command.options ?? {})) expect(out).toContain(`--${option}`);
    expect(command.examples.length).toBeGreaterThan(0);
    expect((await cli.run(name, '--help')).out).toBe(out);
    expect((await cli.run(name, '-h')).out).toBe(out);
  });

  it('has examples that are commands indeed', async () => {
    for (const { name, examples } of COMMANDS) {
      for (const [line] of examples) expect(line.startsWith(name)).toBe(true);
    }
  });
});

describe('the program', () => {
  it('tells its version', async () => {
    expect(await cli.run('--version')).toEqual({ code: 0, out: '1.2.3\n', err: '' });
  });

  it('starts the service, and ends as it does', async () => {
    cli.program = { ...cli.program, start: async () => 1 };
    expect((await cli.run('start')).code).toBe(1);
  });

  it('adopts what was followed only where it is told to', async () => {
    const asked: boolean[] = [];
    cli.program = { ...cli.program, start: async (adopts) => asked.push(adopts) };
    await cli.run('start');
    await cli.run('start', '--adopt');
    expect(asked).toEqual([false, true]);
  });

  it('says with exit code 2 that the configuration is wrong, each fault in its own line', async () => {
    cli.env['PORT'] = 'two thousand';
    cli.env['MODE'] = 'lead';
    const { code, err } = await cli.run('command', 'list', 'users');
    expect(code).toBe(2);
    expect(err).toMatch(/configuration is wrong\n +MODE: got .*\n +PORT: got /);
    delete cli.env['PORT'];
    delete cli.env['MODE'];
  });
});
