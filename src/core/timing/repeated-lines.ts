/** Owns log lines that others can cause as often as they like: said at once, then once a minute with how often it was, while it goes on. */

import type { Clock, Log } from '../ports.ts';

export interface RepeatedLines {
  /** @param about whom it is about: lines about the same one are counted as one */
  info(about: string, fields: object, message: string): void;
  close(): void;
}

interface Line {
  fields: object;
  message: string;
  /** Since it was said last. */
  times: number;
}

const PERIOD_MS = 60_000;
/** Beyond it lines about different ones are counted together: memory is bounded as well. */
const MAX_LINES = 1000;
const OTHERS = '';

export function createRepeatedLines(log: Log, clock: Clock): RepeatedLines {
  const lines = new Map<string, Line>();
  let cancel: (() => void) | undefined;

  function report(): void {
    cancel = undefined;
    for (const [about, line] of lines) {
      if (line.times === 0) lines.delete(about);
      else log.info({ ...line.fields, times: line.times }, line.message);
      line.times = 0;
    }
    if (lines.size > 0) cancel = clock.after(PERIOD_MS, report);
  }

  return {
    info(about, fields, message) {
      const key = lines.has(about) || lines.size < MAX_LINES ? about : OTHERS;
      const known = lines.get(key);
      if (known === undefined) {
        lines.set(key, { fields, message, times: 0 });
        log.info(fields, message);
      } else Object.assign(known, { fields, message, times: known.times + 1 });
      cancel ??= clock.after(PERIOD_MS, report);
    },
    close: () => cancel?.(),
  };
}
