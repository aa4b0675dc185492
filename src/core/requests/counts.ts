/** Owns how often each verb of each module was asked for, and how that ended. */

import type { Registry } from './registry.ts';

export interface CountedRegistry extends Registry {
  counts(): Iterable<RequestCount>;
}

interface RequestCount {
  readonly module: string;
  readonly command: string;
  /** `ok`, or the code of the error. */
  readonly outcome: string;
  readonly count: number;
}

/** Modules that there are not count as one, `unknown`: else whoever asks for many would fill our memory. */
export function countRequests(registry: Registry): CountedRegistry {
  const { modules } = registry;
  const names = new Set(modules.map(({ name }) => name));
  const counts = new Map<string, { -readonly [Key in keyof RequestCount]: RequestCount[Key] }>();

  return {
    modules,
    async execute(request, origin) {
      const result = await registry.execute(request, origin);
      const module = names.has(request.module) ? request.module : 'unknown';
      const outcome = result.ok ? 'ok' : result.error.code;
      const key = `${module} ${request.command} ${outcome}`;
      const known = counts.get(key);
      if (known) known.count += 1;
      else counts.set(key, { module, command: request.command, outcome, count: 1 });
      return result;
    },
    counts: () => counts.values(),
  };
}
