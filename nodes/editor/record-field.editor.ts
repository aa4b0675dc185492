/** Owns the field for one record: it shows the name beside the id, and the node keeps both. */

import { idIn, type Names, nameIn, nameOf, namesOf, shown } from './names.editor.ts';
import type { EditorNode } from './red.editor.ts';

/** Before the field gets its types. */
export function showRecord(node: EditorNode, field = '#node-input-entity'): void {
  if ((node['entityType'] ?? 'record') !== 'record') return;
  $(field).val(shown(String(node['entity'] ?? ''), namesOf(node)));
}

/** Before Node-RED reads the fields: the id goes where it looks, the name into the node. */
export function saveRecord(node: EditorNode, field = '#node-input-entity'): void {
  const text = String($(field).val() ?? '');
  if ($(`${field}Type`).val() !== 'record') {
    node['names'] = {};
    return;
  }
  const [id, name] = [idIn(text), nameIn(text) ?? nameOf(idIn(text), namesOf(node))];
  const names: Names = name === undefined ? {} : { [id]: name };
  node['names'] = names;
  $(field).typedInput('value', id);
}
