/** Owns the guess at which name somebody meant who wrote another one. */

/** The candidate that is fewest edits away, unless it is too far away to be a slip. */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(2, Math.floor(written.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits = editDistance(written.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** Levenshtein's distance: insertions, deletions and replacements from one word to the other. */
function editDistance(from: string, to: string): number {
  const wanted = [...to];
  let row = Array.from({ length: wanted.length + 1 }, (_, index) => index);
  for (const [above, char] of [...from].entries()) {
    const next = [above + 1];
    for (const [left, other] of wanted.entries()) {
      const replaced = (row[left] ?? 0) + (char === other ? 0 : 1);
      next.push(Math.min(replaced, (row[left + 1] ?? 0) + 1, (next[left] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
