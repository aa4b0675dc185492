/** Owns which bridge gets what when things are spread evenly: whoever has something keeps it where that is possible. Pure. */

/** Never moved from a bridge that lives: what Google streams to MediaMTX by way of that bridge would break off. */
const STAYS = 'mediamtx';

/**
 * @param holders by name: who has it now
 * @param bridges those that live
 * @returns by name: who shall have it
 */
export function placed(
  names: readonly string[],
  holders: ReadonlyMap<string, string>,
  bridges: readonly string[],
): Map<string, string> {
  const result = new Map<string, string>();
  const counts = new Map([...bridges].sort().map((bridge) => [bridge, 0]));
  if (counts.size === 0) return result;
  const least = Math.floor(names.length / counts.size);
  /** How many may have one more than the others. */
  let more = names.length % counts.size;

  function give(name: string, bridge: string): void {
    result.set(name, bridge);
    counts.set(bridge, (counts.get(bridge) ?? 0) + 1);
  }

  const sorted = [...names].sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
  for (const name of sorted) {
    const holder = holders.get(name) ?? '';
    const count = counts.get(holder);
    if (count === undefined || count > least || (count === least && more === 0)) continue;
    if (count === least) more -= 1;
    give(name, holder);
  }
  for (const name of sorted) {
    if (result.has(name)) continue;
    const [bridge = ''] = [...counts].reduce((best, one) => (one[1] < best[1] ? one : best));
    give(name, bridge);
  }
  return result;
}

function rank(name: string): number {
  return name === STAYS ? 0 : 1;
}
