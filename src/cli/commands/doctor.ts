/** Owns `doctor`: every check in a row, what it found and what to do. */

import { atMost } from '../arguments.ts';
import type { Command } from '../command.ts';
import { print } from '../output.ts';
import type { Check, Finding } from '../program.ts';
import { doctorChecks } from './checks.ts';

type Result = Finding & { readonly name: string };

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Check configuration, ports, broker, MediaMTX and store, and say what to do',
  usage: ['doctor'],
  notes: ['✓ is well, ! is worth knowing, ✗ is wrong. The exit code is 1 when something is wrong.'],
  examples: [
    ['doctor', 'before the first start, and when something does not work'],
    ['doctor --json', 'the same for a program'],
  ],
  run: async (context) => {
    atMost(0, context, 'doctor');
    const results: Result[] = [];
    for (const check of [...(await doctorChecks(context))]) {
      const result = { name: check.name, ...(await found(check)) };
      results.push(result);
      if (!context.json) context.io.stdout.write(`${lines(result)}\n`);
    }
    if (context.json) print(context, results);
    return results.some(({ ok }) => ok === false) ? 1 : 0;
  },
};

/** A check that fails itself must not hide the others. */
async function found(check: Check): Promise<Finding> {
  try {
    return await check.run();
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

function lines({ name, ok, detail, cure }: Result): string {
  const mark = ok === null ? '!' : ok ? '✓' : '✗';
  const what = `${mark} ${name}: ${detail.replaceAll('\n', '\n    ')}`;
  return cure === undefined || ok === true ? what : `${what}\n    → ${cure}`;
}
