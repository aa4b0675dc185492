/** Owns queries and forms as the object that was meant: `sortBy[0][key]` is the key of the first of a list. */

import type { JsonObject } from '../../protocol/envelope.ts';

type Tree = Map<string, unknown>;

/** Four levels are more than any payload has; deeper names stay what they are. */
const NESTED_NAME = /^([^[\]]+)((?:\[[^[\]]{1,64}\]){1,4})$/;

export function nested(flat: JsonObject): JsonObject {
  const tree: Tree = new Map();
  for (const [name, value] of Object.entries(flat)) {
    const [, first = name, inner = ''] = NESTED_NAME.exec(name) ?? [];
    put(tree, [first, ...inner.slice(1, -1).split('][').filter(Boolean)], value);
  }
  return objectOf(tree);
}

function put(tree: Tree, [name = '', ...inner]: readonly string[], value: unknown): void {
  if (inner.length === 0) return void tree.set(name, value);
  const branch = tree.get(name);
  const next: Tree = branch instanceof Map ? branch : new Map();
  tree.set(name, next);
  put(next, inner, value);
}

/** fromEntries defines own properties, so a key named __proto__ stays a harmless key. */
function objectOf(tree: Tree): JsonObject {
  return Object.fromEntries([...tree].map(([name, value]) => [name, value instanceof Map ? branchOf(value) : value]));
}

function branchOf(tree: Tree): unknown {
  const values = objectOf(tree);
  const isList = [...tree.keys()].every((name, index) => name === String(index));
  return isList ? Object.values(values) : values;
}
