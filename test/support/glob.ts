/** Owns whether a path fits a pattern, as biome.json and the suites write them: `**`, `*` and `{a,b}`. */

const ANY: Readonly<Record<string, string>> = { '*': '[^/]*', '**/': '(?:.*/)?' };

export function matchesGlob(path: string, glob: string): boolean {
  const source = glob
    .replaceAll('.', '\\.')
    .replace(/\{([^}]*)\}/g, (_, names: string) => `(${names.replaceAll(',', '|')})`)
    .replace(/\*\*\/|\*+/g, (stars) => ANY[stars] ?? '.*');
  return new RegExp(`^${source}$`).test(path);
}
