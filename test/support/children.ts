/** Owns the programs that a suite starts: none outlives the process that runs the suite, however that ends, by SIGKILL too. */

import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';

/** Reads `+ pid` and `- pid` for as long as there is somebody to write; then it ends those that are left. What ends a terminal's programs is not for it. */
const GUARD = `trap '' INT TERM HUP
left=' '
while read -r sign pid; do
  case $sign in
    +) left="$left$pid " ;;
    -) left="\${left%% $pid *} \${left#* $pid }" ;;
  esac
done
kill -9 $left 2>/dev/null`;

let guard: Writable | undefined;

/** To be put around every `spawn` in a test. */
export function endsWithUs<Child extends ChildProcess>(child: Child): Child {
  const { pid } = child;
  // What could not be started has none.
  if (pid === undefined) return child;
  guard ??= startGuard();
  guard.write(`+ ${pid}\n`);
  // The number may be somebody else's by the time we end.
  child.once('exit', () => guard?.write(`- ${pid}\n`));
  return child;
}

/** The pipe to it closes when we are gone. It keeps nobody from ending. */
function startGuard(): Writable {
  const shell = spawn('sh', ['-c', GUARD], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  shell.unref();
  const { stdin } = shell;
  if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return stdin;
}
