/** Owns which filters somebody has subscribed to, as a tree of their levels, so that a topic is matched without looking at each of them. */

export interface Branch<Reader, Value> {
  readonly branches: Map<string, Branch<Reader, Value>>;
  readonly readers: Map<Reader, Value>;
}

/** Called for each subscription that selects the topic; the same reader comes once for each of its filters. */
type Visit<Reader, Value> = (reader: Reader, value: Value) => void;

export class FilterTree<Reader, Value> {
  readonly #root: Branch<Reader, Value> = emptyBranch();

  get isEmpty(): boolean {
    return isBare(this.#root);
  }

  /** A reader has one value for each filter; the newer one stays. */
  set(filter: string, reader: Reader, value: Value): void {
    let branch = this.#root;
    for (const level of filter.split('/')) {
      let next = branch.branches.get(level);
      if (next === undefined) {
        next = emptyBranch();
        branch.branches.set(level, next);
      }
      branch = next;
    }
    branch.readers.set(reader, value);
  }

  get(filter: string, reader: Reader): Value | undefined {
    let branch: Branch<Reader, Value> | undefined = this.#root;
    for (const level of filter.split('/')) branch = branch?.branches.get(level);
    return branch?.readers.get(reader);
  }

  delete(filter: string, reader: Reader): void {
    const levels = filter.split('/');
    const path = [this.#root];
    for (const level of levels) {
      const next = path.at(-1)?.branches.get(level);
      if (next === undefined) return;
      path.push(next);
    }
    path.at(-1)?.readers.delete(reader);
    for (let depth = levels.length; depth > 0; depth -= 1) {
      const [branch, parent, level] = [path[depth], path[depth - 1], levels[depth - 1]];
      if (branch === undefined || parent === undefined || level === undefined || !isBare(branch)) return;
      parent.branches.delete(level);
    }
  }

  /** @returns how many branches were looked at: what the match has cost */
  match(topic: string, visit: Visit<Reader, Value>): number {
    const levels = topic.split('/');
    // MQTT 5.0, 4.7.2: a wildcard at the beginning selects no topic that begins with $.
    const isSystem = topic.startsWith('$');
    return matchFrom(this.#root, levels, 0, isSystem, visit);
  }
}

function matchFrom<Reader, Value>(
  branch: Branch<Reader, Value>,
  levels: readonly string[],
  depth: number,
  literalOnly: boolean,
  visit: Visit<Reader, Value>,
): number {
  let cost = 1;
  const { branches } = branch;
  // `a/#` selects `a` too (4.7.1.2).
  const rest = literalOnly ? undefined : branches.get('#');
  if (rest !== undefined) visitAll(rest, visit);
  const level = levels[depth];
  if (level === undefined) {
    visitAll(branch, visit);
    return cost;
  }
  const literal = branches.get(level);
  if (literal !== undefined) cost += matchFrom(literal, levels, depth + 1, false, visit);
  const any = literalOnly ? undefined : branches.get('+');
  if (any !== undefined) cost += matchFrom(any, levels, depth + 1, false, visit);
  return cost;
}

function visitAll<Reader, Value>({ readers }: Branch<Reader, Value>, visit: Visit<Reader, Value>): void {
  for (const [reader, value] of readers) visit(reader, value);
}

function emptyBranch<Reader, Value>(): Branch<Reader, Value> {
  return { branches: new Map(), readers: new Map() };
}

function isBare<Reader, Value>({ branches, readers }: Branch<Reader, Value>): boolean {
  return branches.size === 0 && readers.size === 0;
}
