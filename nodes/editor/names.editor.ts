/** Owns the names that nodes keep beside the ids of their records, how a field shows both, and their renewal when a list says otherwise. */

import type { Choice, EditorNode } from './red.editor.ts';

/** By id, as nodes keep them. */
export type Names = Readonly<Record<string, string>>;

export function namesOf(node: EditorNode): Names {
  const names = node['names'];
  return typeof names === 'object' && names !== null ? { ...names } : {};
}

/** How a field shows a record: `Garage (2)`; the id alone where nobody knows a name. */
export function shown(id: string, names: Names): string {
  const name = nameOf(id, names);
  return name === undefined ? id : `${name} (${id})`;
}

/** Whatever was typed as an id, such as `constructor`. */
export function nameOf(id: string, names: Names): string | undefined {
  return Object.hasOwn(names, id) ? names[id] : undefined;
}

/** What a field shows, and what was typed, as an id. */
export function idIn(text: string): string {
  return /\(([^()\s]+)\)$/.exec(text.trim())?.[1] ?? text.trim();
}

/** Undefined where the text is no more than an id. */
export function nameIn(text: string): string | undefined {
  return /^(.+) \([^()\s]+\)$/.exec(text.trim())?.[1];
}

export function idsIn(entity: unknown): string[] {
  return String(entity ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
}

/** A canvas has no room for more. */
const LONGEST = 30;

/**
 * For a label: the name, else the id.
 * @param what it is the id of
 */
export function called(id: string, node: EditorNode, what = ''): string {
  const name = nameOf(id, namesOf(node)) ?? (/^\d+$/.test(id) ? `${what} ${id}`.trim() : id);
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1).trimEnd()}…` : name;
}

/**
 * Of all nodes that have records of this list: their labels change at once, and are kept with the next deploy.
 * @param config the configuration node that was asked
 * @param moduleOf of which module the records of a node are; undefined for a node that has none
 */
export function renew(
  config: string,
  module: string,
  found: readonly Choice[],
  moduleOf: (node: EditorNode) => string | undefined,
): void {
  const known = new Map(found.map(({ value, name }) => [value, name]));
  let isChanged = false;
  RED.nodes.eachNode((node) => {
    if (node['server'] !== config && node['account'] !== config) return true;
    if (moduleOf(node) !== module) return true;
    const before = namesOf(node);
    const renewed = idsIn(node['entity']).flatMap((id) => {
      const name = known.get(id) ?? nameOf(id, before);
      return name === undefined ? [] : [[id, name] as const];
    });
    const names = Object.fromEntries(renewed);
    if (JSON.stringify(names) === JSON.stringify(before)) return true;
    Object.assign(node, { names, dirty: true });
    isChanged = true;
    return true;
  });
  if (isChanged) RED.view.redraw();
}
