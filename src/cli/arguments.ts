/** Owns how the words of a command line are read: the command's name, then its options and arguments, every slip with a suggestion. */

import { parseArgs } from 'node:util';
import { nearest } from '../config/suggestion.ts';
import { type Command, type Context, GLOBAL_OPTIONS, type Option } from './command.ts';
import { type Failure, usageFailure } from './failure.ts';

export type Parsed = Pick<Context, 'args' | 'flags' | 'values'>;

/** The name of the command and everything else; options that all commands share may come first. */
export function splitCommand(argv: readonly string[]): { name: string | undefined; rest: string[] } {
  let index = 0;
  while (argv[index]?.startsWith('-')) {
    const name = String(argv[index]).replace(/^--/, '');
    const takesNext = Object.hasOwn(GLOBAL_OPTIONS, name) && GLOBAL_OPTIONS[name]?.value !== undefined;
    index += takesNext ? 2 : 1;
  }
  return { name: argv[index], rest: [...argv.slice(0, index), ...argv.slice(index + 1)] };
}

/** @throws Failure of exit code 2, with the nearest command as a suggestion */
export function findCommand(name: string, commands: readonly Command[]): Command {
  const found = commands.find((command) => command.name === name);
  if (found) return found;
  const names = commands.map((command) => command.name);
  throw usageFailure(`there is no command ${name}${suggestion(name, names)}`);
}

/** @throws Failure of exit code 2 for an option that the command does not have, or that lacks its value */
export function parseOptions(command: Command, argv: readonly string[]): Parsed {
  const options = { ...GLOBAL_OPTIONS, ...command.options };
  const { values, positionals } = parse(command, options, argv);
  const given = Object.entries(values);
  return {
    args: positionals,
    flags: new Set(given.filter(([, value]) => value === true).map(([name]) => name)),
    values: new Map(given.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []))),
  };
}

/** `, did you mean x?`, or nothing when no candidate is near. */
export function suggestion(written: string, candidates: readonly string[]): string {
  const meant = nearest(written, candidates);
  return meant === undefined ? '' : `, did you mean ${meant}?`;
}

/** @throws Failure of exit code 2 unless `written` is one of the candidates */
export function oneOf<Word extends string>(
  what: string,
  written: string | undefined,
  candidates: readonly Word[],
  command: string,
): Word {
  const found = candidates.find((candidate) => candidate === written);
  if (found !== undefined) return found;
  const words = `${what} must be one of ${candidates.join(', ')}`;
  throw usageFailure(
    written === undefined ? words : `${words}, not ${written}${suggestion(written, candidates)}`,
    command,
  );
}

/** @throws Failure of exit code 2 when there are more arguments than the command takes */
export function atMost(count: number, { args }: Parsed, command: string): void {
  if (args.length > count) throw usageFailure(`too many arguments, from ${args[count]} on`, command);
}

function parse(command: Command, options: Readonly<Record<string, Option>>, argv: readonly string[]) {
  const types = Object.entries(options).map(([name, { value }]) => {
    const short = name === 'help' ? { short: 'h' } : {};
    return [name, { type: value === undefined ? ('boolean' as const) : ('string' as const), ...short }] as const;
  });
  try {
    return parseArgs({ args: [...argv], options: Object.fromEntries(types), allowPositionals: true });
  } catch (error) {
    throw optionFailure(error, command.name, Object.keys(options));
  }
}

function optionFailure(error: unknown, command: string, names: readonly string[]): Failure {
  const words = error instanceof Error ? error.message : String(error);
  const unknown = /^Unknown option '(-+)([^'=]+)/.exec(words);
  if (!unknown) return usageFailure(words.split('.')[0] ?? words, command);
  const [, dashes = '', name = ''] = unknown;
  return usageFailure(
    `${command} has no option ${dashes}${name}${suggestion(name, names).replace('mean ', 'mean --')}`,
    command,
  );
}
