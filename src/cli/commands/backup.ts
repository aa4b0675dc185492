/** Owns `backup` and `restore`: everything of this machine's service in one file, and back. */

import { resolve } from 'node:path';
import { atMost } from '../arguments.ts';
import type { Command, Context } from '../command.ts';
import { usageFailure } from '../failure.ts';
import { print } from '../output.ts';

export const backupCommand: Command = {
  name: 'backup',
  summary: 'Save all that the service keeps in one file, and check that file',
  usage: ['backup FILE'],
  notes: [
    'Users, cameras, credentials, instances, logins, what the embedded broker keeps (not in a cluster), and the key of the secrets.',
    'The service may run.',
    'The file is read back before it gets its name: its store is whole, and its key fits. Whoever reads it has every secret;',
    'export makes one that is sealed.',
  ],
  examples: [['backup house.backup', 'while the service runs']],
  run: async (context) => {
    const path = fileOf(context, 'backup');
    const counts = await (await context.program.backups()).backup(path);
    print(context, { path, counts }, `wrote ${path}, read it back and checked it: ${words(counts)}`);
    return 0;
  },
};

export const restoreCommand: Command = {
  name: 'restore',
  summary: 'Bring back what backup has saved, into an empty data folder',
  usage: ['restore FILE'],
  notes: ['The file is checked first, and refused as a whole. DATA_DIR says which folder.'],
  examples: [['restore house.backup', 'before the first start']],
  run: async (context) => {
    const path = fileOf(context, 'restore');
    const counts = await (await context.program.backups()).restore(path);
    print(context, { path, counts }, `checked ${path} and brought it back: ${words(counts)}`);
    return 0;
  },
};

function fileOf(context: Context, command: string): string {
  const [path] = context.args;
  if (path === undefined) throw usageFailure(`${command} needs the name of a file`, command);
  atMost(1, context, command);
  return resolve(path);
}

function words(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(', ');
}
