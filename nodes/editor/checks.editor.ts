/** Owns what dialogs check while one types: each check says in words what is wrong. The runtime checks the same again. */

import type { EditorNode, Validator } from './red.editor.ts';

/** @param key of the reason in the catalogue of the node */
export function check(isGood: (value: string, node: EditorNode) => boolean, key: string): Validator {
  // Two parameters, or Node-RED takes the reason for a yes.
  return function (value, _options) {
    return isGood(String(value ?? ''), this) || this._(key);
  };
}

/** The property as it stands in the open dialog, else as it was saved. */
export function current(node: EditorNode, property: string, prefix = 'node-input'): string {
  const shown = $(`#${prefix}-${property}`).val();
  return String(shown ?? node[property] ?? '');
}

/** Node-RED puts its value there at the deploy; of what is not in a field of its own it does not know that by itself. */
export function isVariable(text: string): boolean {
  return /^\$\{\S+\}$/.test(text);
}

/** Number in a range, where its type says that it is one. */
export function checkSeconds(typeProperty: string, longest: number, key: string): Validator {
  return check((value, node) => {
    if (current(node, typeProperty) !== 'num') return value !== '' || current(node, typeProperty) === 'none';
    const seconds = Number(value);
    return value !== '' && seconds > 0 && seconds <= longest;
  }, key);
}
