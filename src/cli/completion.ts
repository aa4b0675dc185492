/** Owns the completion scripts for bash, zsh and fish: made from the table of commands, they ask nothing at run time. */

import { type Command, GLOBAL_OPTIONS } from './command.ts';
import { PROGRAM } from './help.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export function completionScript(shell: Shell, commands: readonly Command[]): string {
  switch (shell) {
    case 'bash':
      return bash(commands);
    case 'zsh':
      return zsh(commands);
    case 'fish':
      return fish(commands);
  }
}

function bash(commands: readonly Command[]): string {
  return `${[
    `_nestmtx_bridge() {`,
    `  local current="\${COMP_WORDS[COMP_CWORD]}" words=""`,
    `  case "$COMP_CWORD:\${COMP_WORDS[1]}:$current" in`,
    ...cases(commands, (words) => `words="${words}"`),
    `  esac`,
    `  COMPREPLY=($(compgen -W "$words" -- "$current"))`,
    `}`,
    `complete -F _nestmtx_bridge ${PROGRAM}`,
  ].join('\n')}\n`;
}

function zsh(commands: readonly Command[]): string {
  return `${[
    `#compdef ${PROGRAM}`,
    `_nestmtx_bridge() {`,
    `  local current="\${words[CURRENT]}"`,
    `  case "$((CURRENT - 1)):\${words[2]}:$current" in`,
    ...cases(commands, (words) => `compadd -- ${words}`),
    `  esac`,
    `}`,
    `compdef _nestmtx_bridge ${PROGRAM}`,
  ].join('\n')}\n`;
}

/** Branches over `<place>:<command>:<current word>`, where place 1 is the command itself. */
function cases(commands: readonly Command[], give: (words: string) => string): string[] {
  const line = (pattern: string, words: readonly string[]) => `    ${pattern}) ${give(words.join(' '))} ;;`;
  return [
    line(
      '1:*',
      commands.map(({ name }) => name),
    ),
    ...commands.flatMap((command) => [
      line(`*:${command.name}:-*`, optionsOf(command)),
      ...placesOf(command).map(({ words, place }) => line(`${place}:${command.name}:*`, words)),
    ]),
  ];
}

function fish(commands: readonly Command[]): string {
  const start = `complete -c ${PROGRAM}`;
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const when = (test: string) => `-n ${quoted(`set -l words (commandline -opc); ${test}`)}`;
  const after = (name: string) => `test (count $words) -ge 2; and test $words[2] = ${name}`;
  return `${[
    `${start} -f`,
    ...commands.map(
      ({ name, summary }) => `${start} ${when('test (count $words) -eq 1')} -a ${name} -d ${quoted(summary)}`,
    ),
    ...commands.flatMap((command) =>
      placesOf(command).map(({ words, place }) => {
        const here = when(`${after(command.name)}; and test (count $words) -eq ${place}`);
        return `${start} ${here} -a ${quoted(words.join(' '))}`;
      }),
    ),
    ...commands.flatMap(({ name, options = {} }) =>
      Object.entries({ ...GLOBAL_OPTIONS, ...options }).map(([option, { value, description }]) => {
        const argument = value === undefined ? '' : ' -r';
        return `${start} ${when(after(name))} -l ${option}${argument} -d ${quoted(description)}`;
      }),
    ),
  ].join('\n')}\n`;
}

function placesOf({ words: places = [] }: Command) {
  return places.flatMap((words, index) => (words.length > 0 ? [{ words, place: index + 2 }] : []));
}

function optionsOf({ options = {} }: Command): string[] {
  return Object.keys({ ...GLOBAL_OPTIONS, ...options }).map((name) => `--${name}`);
}
