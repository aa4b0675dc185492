/** Owns the question whether a program that a suite needs is installed: skipped with a line on a laptop, a failure in CI. */

import { spawnSync } from 'node:child_process';

/** True when `program` is on the PATH; where everything is required (`CI`), an absent program throws instead. */
export function hasProgram(program: string): boolean {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin`;
  const found = spawnSync('sh', ['-c', `command -v ${program}`], { env: { PATH: path } }).status === 0;
  if (found) return true;
  if (process.env['CI']) throw new Error(`${program} is required in CI and is not installed`);
  process.stdout.write(`skipped: ${program} is not installed\n`);
  return false;
}
