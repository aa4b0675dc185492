/** Owns a program in ffmpeg's place: notes how it was called, and does what the path of the URL says. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '../support/process.ts';

interface Run {
  readonly pid: number;
  readonly args: string;
  /** What came by stdin. */
  readonly list: string;
}

export interface StandInFfmpeg {
  readonly program: string;
  runs(): Promise<Run[]>;
  /** Lets those go on whose path ends with `wait`. */
  release(): Promise<void>;
  remove(): Promise<void>;
}

const SCRIPT = `#!/bin/sh
list=$(cat)
printf '%s\\0%s\\0%s\\0' "$$" "$*" "$list" >>"$0.runs"
case "$list" in
  */hangs*) exec sleep 1000 ;;
  */wait*) while [ ! -e "$0.go" ]; do sleep 0.02; done ;;
  */half*) printf '\\377\\330\\377\\340 half of it'; exit 0 ;;
  */says-URL*) echo "$list" | sed -n "s|^file '\\(.*\\)'$|Impossible to open '\\1'|p" >&2; exit 1 ;;
  */says-*) echo "$list" | sed -n "s|^file.*/says-\\(.*\\)'$|\\1|p" | tr _ ' ' >&2; exit 1 ;;
esac
printf '\\377\\330\\377\\340 %s \\377\\331' "$$"
`;

export async function standInFfmpeg(): Promise<StandInFfmpeg> {
  const { path, remove } = await temporaryDirectory();
  const program = join(path, 'ffmpeg');
  await writeFile(program, SCRIPT, { mode: 0o755 });
  return {
    program,
    remove,
    release: () => writeFile(`${program}.go`, ''),
    async runs() {
      const words = (await readFile(`${program}.runs`, 'utf8').catch(() => '')).split('\0').slice(0, -1);
      return Array.from({ length: words.length / 3 }, (_, index) => {
        const [pid = '', args = '', list = ''] = words.slice(index * 3);
        return { pid: Number(pid), args, list };
      });
    },
  };
}
