/** Owns the help texts: made from the table of commands, so that they cannot say anything else. */

import { type Command, GLOBAL_OPTIONS, type Option } from './command.ts';

export const PROGRAM = 'nestmtx-bridge';

export function overview(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `${PROGRAM} ${version}: camera events, private MQTT instances and automations for NestMTX cameras`,
    '',
    `usage: ${PROGRAM} <command> [arguments] [options]`,
    '',
    'commands:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'options of every command:',
    ...optionLines({ ...GLOBAL_OPTIONS, version: { description: 'Print the version' } }),
    '',
    'examples:',
    ...commands.flatMap(({ examples }) => examples.slice(0, 1)).map(exampleLine),
    '',
    'environment: CONFIG, DATA_DIR and every setting of the service; NESTMTX_BRIDGE_URL, NESTMTX_BRIDGE_TOKEN',
    'exit codes:  0 done · 1 refused or failed · 2 wrong usage or configuration · 3 service not reachable',
    '',
    `More about a command: ${PROGRAM} help <command>`,
    '',
  ].join('\n');
}

export function helpOf({ summary, usage, notes = [], options = {}, examples }: Command): string {
  return [
    `${summary}.`,
    '',
    ...usage.map((line, index) => `${index === 0 ? 'usage:' : '      '} ${PROGRAM} ${line}`),
    ...(notes.length > 0 ? ['', ...notes] : []),
    ...(Object.keys(options).length > 0 ? ['', 'options:', ...optionLines(options)] : []),
    '',
    'options of every command:',
    ...optionLines(GLOBAL_OPTIONS),
    '',
    'examples:',
    ...examples.map(exampleLine),
    '',
  ].join('\n');
}

function optionLines(options: Readonly<Record<string, Option>>): string[] {
  const written = Object.entries(options).map(([name, { value, description }]) => ({
    left: `--${name}${value === undefined ? '' : ` ${value}`}${name === 'help' ? ', -h' : ''}`,
    description,
  }));
  const width = Math.max(...written.map(({ left }) => left.length));
  return written.map(({ left, description }) => `  ${left.padEnd(width)}  ${description}`);
}

function exampleLine([line, meaning]: readonly [string, string]): string {
  return `  ${PROGRAM} ${line}\n      ${meaning}`;
}
