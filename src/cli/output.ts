/** Owns how results look: one line of JSON for programs, something readable for people. */

import type { Context } from './command.ts';

type Printing = Pick<Context, 'io' | 'json'>;

/** The value itself for programs; for people the given words, or else the value laid out. */
export function print({ io, json }: Printing, value: unknown, words?: string): void {
  if (json) io.stdout.write(`${JSON.stringify(value ?? null)}\n`);
  else if (words !== undefined) io.stdout.write(`${words}\n`);
  else if (value !== undefined)
    io.stdout.write(`${typeof value === 'string' ? value : JSON.stringify(value, null, 2)}\n`);
}

/** Columns as wide as their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => printable(row[column]).length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => printable(cell).padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return all.map(line).join('\n');
}

/** A name that someone chose must not move the cursor of who lists it. */
function printable(cell = ''): string {
  return cell.replace(/\p{Cc}/gu, ' ');
}
