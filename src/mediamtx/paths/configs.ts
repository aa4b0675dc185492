/** Owns which configuration a path of MediaMTX follows: one of its own, one by a regular expression, or the one for all others. */

import type { PathConfig } from './report.ts';

export type PathConfigs = ReadonlyMap<string, PathConfig>;

/** Undefined where MediaMTX would refuse the path. */
export function configFor(configs: PathConfigs, path: string): PathConfig | undefined {
  return configs.get(path) ?? byExpression(configs, path) ?? configs.get('all_others') ?? configs.get('all');
}

function byExpression(configs: PathConfigs, path: string): PathConfig | undefined {
  for (const [name, config] of configs) if (name.startsWith('~') && matches(name.slice(1), path)) return config;
  return undefined;
}

/** Go's expressions are nearly ours; what we cannot read matches nothing. */
function matches(expression: string, path: string): boolean {
  try {
    return new RegExp(expression).test(path);
  } catch {
    return false;
  }
}
