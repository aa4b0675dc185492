/** Owns the list of events in a dialog: a row for each, with suggestions, and where the wires of each output go when rows move. */

import type { TypedInputType } from './red.editor.ts';
import { typed } from './typed.editor.ts';

interface Row {
  readonly name: string;
  /** Position when the dialog was opened; undefined for a row that was added since. */
  readonly output?: number;
}

const LIST = '#nestmtx-event-events';

export function openRows(names: readonly string[], type: TypedInputType, labels: { add: string; row: string }): void {
  const list = $(LIST).editableList<Partial<Row>>({
    addButton: labels.add,
    sortable: true,
    removable: true,
    height: 'auto',
    addItem: (row, index, { name = '' }) => {
      const input = $('<input>', {
        type: 'text',
        class: 'nestmtx-event-name',
        'aria-label': `${labels.row} ${index + 1}`,
      });
      input.css('width', '100%').val(name).appendTo(row);
      typed(input, [type]);
    },
  });
  for (const [output, name] of names.entries()) list.editableList('addItem', { name, output });
}

/** Those that say nothing are left out; all events, if among them, come last. */
export function readRows(): Row[] {
  const rows: Row[] = $(LIST)
    .editableList('items')
    .get()
    .map((element) => {
      const name = $(element).find('.nestmtx-event-name').typedInput('value').trim();
      return { ...($(element).data('data') as Partial<Row>), name };
    })
    .filter(({ name }) => name !== '');
  return [...rows.filter(({ name }) => name !== '+'), ...rows.filter(({ name }) => name === '+').slice(0, 1)];
}

/**
 * What Node-RED wants in place of a number of outputs: where each old one is now, `-1` for nowhere, and names that are no numbers for new ones.
 * @param before how many outputs there were
 */
export function outputMap(rows: readonly Row[], isSplit: boolean, before: number): Record<string, number> {
  const map: Record<string, number> = {};
  for (let output = 0; output < before; output += 1) map[output] = -1;
  if (!isSplit || rows.length === 0) return { ...map, 0: 0 };
  for (const [index, { output }] of rows.entries()) {
    const isKept = output !== undefined && output < before;
    map[isKept ? output : `new${index}`] = index;
  }
  return map;
}
