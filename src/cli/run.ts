/** Owns the command line from its words to its exit code; what a command needs from outside comes in. */

import { atMost, findCommand, oneOf, parseOptions, splitCommand } from './arguments.ts';
import type { Command, Context } from './command.ts';
import { backupCommand, restoreCommand } from './commands/backup.ts';
import { clusterCommand } from './commands/cluster.ts';
import { doctorCommand } from './commands/doctor.ts';
import { emitCommand } from './commands/emit.ts';
import { exportCommand } from './commands/export.ts';
import { googleCommand } from './commands/google.ts';
import { importCommand } from './commands/import.ts';
import { loginCommand, logoutCommand } from './commands/login.ts';
import { mediaMtxConfigCommand } from './commands/mediamtx-config.ts';
import { requestCommand } from './commands/request.ts';
import { tokensCommand } from './commands/tokens.ts';
import { usersCommand } from './commands/users.ts';
import { completionScript, SHELLS } from './completion.ts';
import { report } from './failure.ts';
import { helpOf, overview } from './help.ts';
import type { Io } from './io.ts';
import type { Program } from './program.ts';

const startCommand: Command = {
  name: 'start',
  summary: 'Run the service until it is stopped',
  usage: ['start [--adopt]'],
  notes: ['Settings come from the environment and from the YAML file that CONFIG names: docs/configuration.md.'],
  examples: [['start', 'with the settings of the environment and of nestmtx-bridge.yaml']],
  options: { adopt: { description: 'Keep the cameras of a data folder of MODE=follow, with their ids, as its own' } },
  run: ({ program, flags }) => program.start(flags.has('adopt')),
};

const completionCommand: Command = {
  name: 'completion',
  summary: 'Print the completion script of a shell',
  usage: [`completion ${SHELLS.join('|')}`],
  examples: [
    ['completion bash > ~/.local/share/bash-completion/completions/nestmtx-bridge', 'for bash'],
    ['completion fish > ~/.config/fish/completions/nestmtx-bridge.fish', 'for fish'],
  ],
  words: [SHELLS],
  run: async ({ io, args }) => {
    io.stdout.write(completionScript(oneOf('the shell', args[0], SHELLS, 'completion'), COMMANDS));
    return 0;
  },
};

const helpCommand: Command = {
  name: 'help',
  summary: 'Show what there is, or all about one command',
  usage: ['help [command]'],
  examples: [['help users', 'all about users']],
  run: async (context) => {
    const { io, program, args } = context;
    atMost(1, context, 'help');
    const name = args[0];
    io.stdout.write(name === undefined ? overview(COMMANDS, program.version) : helpOf(findCommand(name, COMMANDS)));
    return 0;
  },
};

export const COMMANDS: readonly Command[] = [
  startCommand,
  requestCommand,
  emitCommand,
  loginCommand,
  logoutCommand,
  usersCommand,
  tokensCommand,
  doctorCommand,
  mediaMtxConfigCommand,
  googleCommand,
  importCommand,
  exportCommand,
  backupCommand,
  restoreCommand,
  clusterCommand,
  completionCommand,
  helpCommand,
];

/**
 * @param argv without the paths of Node and of the program
 * @returns the exit code: 0 done, 1 refused or failed, 2 wrong usage or configuration, 3 service not reachable
 */
export async function runCli(argv: readonly string[], io: Io, program: Program): Promise<number> {
  const { name, rest } = splitCommand(argv);
  const json = argv.includes('--json');
  try {
    if (name === undefined) return withoutCommand(argv, io, program);
    const command = findCommand(name, COMMANDS);
    const parsed = parseOptions(command, rest);
    const context: Context = { ...parsed, io, program, json };
    if (!parsed.flags.has('help')) return await command.run(context);
    io.stdout.write(helpOf(command));
    return 0;
  } catch (error) {
    return report(error, io, json);
  }
}

function withoutCommand(argv: readonly string[], io: Io, program: Program): number {
  if (argv.includes('--version')) {
    io.stdout.write(`${program.version}\n`);
    return 0;
  }
  const isAsked = argv.includes('--help') || argv.includes('-h');
  (isAsked ? io.stdout : io.stderr).write(overview(COMMANDS, program.version));
  return isAsked ? 0 : 2;
}
