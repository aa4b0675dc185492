/** Owns one value for each topic name, as a tree of their levels, so that a filter selects without looking at each of them. */

interface Branch<Value> {
  readonly branches: Map<string, Branch<Value>>;
  value: Value | undefined;
}

/** After so many branches without a value an iteration gives undefined, so that whoever iterates can let others work. */
const BREATH = 256;

export class TopicTree<Value> {
  readonly #root: Branch<Value> = emptyBranch();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(topic: string): Value | undefined {
    let branch: Branch<Value> | undefined = this.#root;
    for (const level of topic.split('/')) branch = branch?.branches.get(level);
    return branch?.value;
  }

  set(topic: string, value: Value): void {
    let branch = this.#root;
    for (const level of topic.split('/')) {
      let next = branch.branches.get(level);
      if (next === undefined) {
        next = emptyBranch();
        branch.branches.set(level, next);
      }
      branch = next;
    }
    if (branch.value === undefined) this.#size += 1;
    branch.value = value;
  }

  delete(topic: string): void {
    const levels = topic.split('/');
    const path = [this.#root];
    for (const level of levels) {
      const next = path.at(-1)?.branches.get(level);
      if (next === undefined) return;
      path.push(next);
    }
    const leaf = path.at(-1);
    if (leaf?.value === undefined) return;
    leaf.value = undefined;
    this.#size -= 1;
    for (let depth = levels.length; depth > 0; depth -= 1) {
      const [branch, parent, level] = [path[depth], path[depth - 1], levels[depth - 1]];
      if (branch === undefined || parent === undefined || level === undefined) return;
      if (branch.value !== undefined || branch.branches.size > 0) return;
      parent.branches.delete(level);
    }
  }

  /** The values whose topics the filter selects (MQTT 5.0, 4.7), and undefined now and then; changes meanwhile are seen or not. */
  *select(filter: string): Generator<Value | undefined, void, void> {
    const levels = filter.split('/');
    let looks = 0;

    function* from(branch: Branch<Value>, depth: number): Generator<Value | undefined, void, void> {
      looks += 1;
      if (looks % BREATH === 0) yield undefined;
      const level = levels[depth];
      // `a/#` selects `a`, too (4.7.1.2).
      if ((level === undefined || (level === '#' && depth > 0)) && branch.value !== undefined) yield branch.value;
      if (level === undefined) return;
      if (level === '#') {
        for (const next of wildcardBranches(branch, depth)) yield* below(next);
      } else if (level === '+') {
        for (const next of wildcardBranches(branch, depth)) yield* from(next, depth + 1);
      } else {
        const next = branch.branches.get(level);
        if (next !== undefined) yield* from(next, depth + 1);
      }
    }

    function* below(branch: Branch<Value>): Generator<Value | undefined, void, void> {
      looks += 1;
      if (looks % BREATH === 0) yield undefined;
      if (branch.value !== undefined) yield branch.value;
      for (const next of branch.branches.values()) yield* below(next);
    }

    yield* from(this.#root, 0);
  }

  *values(): Generator<Value, void, void> {
    yield* valuesOf(this.#root);
  }
}

function* valuesOf<Value>({ value, branches }: Branch<Value>): Generator<Value, void, void> {
  if (value !== undefined) yield value;
  for (const branch of branches.values()) yield* valuesOf(branch);
}

/** A wildcard at the beginning selects no topic that begins with $ (4.7.2). */
function* wildcardBranches<Value>({ branches }: Branch<Value>, depth: number): Generator<Branch<Value>, void, void> {
  for (const [level, branch] of branches) if (depth > 0 || !level.startsWith('$')) yield branch;
}

function emptyBranch<Value>(): Branch<Value> {
  return { branches: new Map(), value: undefined };
}
