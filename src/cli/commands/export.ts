/** Owns `export` and the reading of what it wrote: the way of a whole service to another machine. */

import { ApiError } from '../../protocol/api-error.ts';
import { atMost } from '../arguments.ts';
import type { Command, Context } from '../command.ts';
import { Failure, usageFailure } from '../failure.ts';
import { print } from '../output.ts';
import { readPassword } from '../password.ts';

const VARIABLE = 'NESTMTX_BRIDGE_PASSPHRASE';

export const exportCommand: Command = {
  name: 'export',
  summary: 'Write all that the service keeps into one file',
  usage: ['export FILE [--plain]'],
  notes: [
    'Users, cameras, credentials, instances, logins, and the key of the secrets among them. The service must be stopped.',
    `The file is sealed with a passphrase that is typed unseen, twice, or taken from ${VARIABLE} or from standard input.`,
    'import bridge reads it, on another machine.',
  ],
  examples: [
    ['export house.nestmtx', 'asks for a passphrase'],
    ['export house.nestmtx --plain', 'whoever reads that file has every secret'],
  ],
  options: { plain: { description: 'Do not seal it' } },
  run: async (context) => {
    const { io, args, flags, program } = context;
    const path = args[0];
    if (path === undefined) throw usageFailure('export needs the name of a file', 'export');
    atMost(1, context, 'export');
    if ((await io.files.read(path)) !== undefined) throw new Failure(1, `${path} is there already`);
    const passphrase = flags.has('plain')
      ? undefined
      : await readPassword(io, { question: 'Passphrase: ', variable: VARIABLE, isNew: true });
    await io.files.writePrivate(path, await (await program.wholeFolder()).export(passphrase));
    print(context, { path, sealed: passphrase !== undefined }, `wrote ${path}`);
    return 0;
  },
};

/** The part of `import` that reads such a file. */
export async function importBridge(context: Context): Promise<number> {
  const { io, values, flags, program } = context;
  const path = values.get('from');
  const text = path === undefined ? undefined : await io.files.read(path);
  if (text === undefined)
    throw usageFailure('import bridge needs --from with a file that export has written', 'import');
  const folder = await program.wholeFolder();
  const question = { question: 'Passphrase: ', variable: VARIABLE };
  const passphrase = folder.isSealed(text) ? await readPassword(io, question) : undefined;
  const applied = flags.has('apply');
  const counts = await folder.import(text, passphrase, applied).catch((error: unknown) => {
    // Who moves has no service yet that could be looked at.
    const cure = 'Nothing was changed; docs/from-nestmtx.md has every step.';
    throw error instanceof ApiError ? new Failure(1, error.message, cure) : error;
  });
  const words = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  const end = applied ? 'They are here now.' : 'Nothing was changed. Do it with --apply.';
  print(context, { applied, counts }, `${words.join(', ')}. ${end}`);
  return 0;
}
