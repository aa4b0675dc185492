/** Owns the list of events in a dialog: a row for each, with suggestions and times, and where the wires of each output go when rows move. */

import { canonicalEventName } from '../../src/protocol/events.ts';
import { alarmEndedBy, isAlarm, stateOf } from '../runtime/event/meanings.ts';
import { type EventRow, isAfter } from '../runtime/event/rows.ts';
import { isVariable } from './checks.editor.ts';
import type { TypedInputType } from './red.editor.ts';
import { typed } from './typed.editor.ts';

interface Row extends EventRow {
  /** Position when the dialog was opened; undefined for a row that was added since. */
  readonly output?: number;
}

export interface RowTexts {
  readonly add: string;
  /** Of the field of a row, which is said with its number. */
  readonly event: string;
  readonly after: string;
  /** What stands in the empty field: for an alarm, for what ends one, and for any other state. */
  readonly downFor: string;
  readonly backAfter: string;
  readonly inStateFor: string;
  readonly afterAlarm: string;
}

const LIST = '#nestmtx-event-events';

export function openRows(rows: readonly EventRow[], type: TypedInputType, texts: RowTexts): void {
  const list = $(LIST).editableList<Partial<Row>>({
    addButton: texts.add,
    sortable: true,
    removable: true,
    height: 'auto',
    addItem: (element, index, row) => fill(element, `${index + 1}`, row, type, texts),
  });
  for (const [output, row] of rows.entries()) list.editableList('addItem', { ...row, output });
}

function fill(element: JQuery, number: string, row: Partial<Row>, type: TypedInputType, texts: RowTexts): void {
  const { name = '', after = '', afterAlarm = false } = row;
  element.addClass('nestmtx-event-row');
  const label = `${texts.event} ${number}`;
  const field = $('<input>', { type: 'text', class: 'nestmtx-event-name', 'aria-label': label });
  field.css('width', '40%').val(name).appendTo(element);
  const time = $('<input>', { type: 'text', class: 'nestmtx-event-after', 'aria-label': `${label}: ${texts.after}` });
  time.val(after).appendTo(element);
  const box = $('<input>', { type: 'checkbox', class: 'nestmtx-event-after-alarm' }).prop('checked', afterAlarm);
  const end = $('<label>').append(box, document.createTextNode(texts.afterAlarm)).appendTo(element);
  typed(field, [type]);
  const show = () => {
    const event = canonicalEventName(String(field.typedInput('value')).trim());
    const endsAlarm = alarmEndedBy(event) !== undefined;
    const isState = stateOf(event) !== undefined || event === '+';
    const hint = isAlarm(event) ? texts.downFor : endsAlarm ? texts.backAfter : texts.inStateFor;
    time.attr('placeholder', hint).toggle(isState || time.val() !== '');
    end.toggle(endsAlarm);
  };
  const check = () => time.toggleClass('input-error', !isTime(String(time.val() ?? '')));
  field.on('change keyup', show);
  time.on('change keyup', check);
  show();
  check();
}

/** Of a row. */
export function isTime(text: string): boolean {
  return isAfter(text) || isVariable(text.trim());
}

/** Those that say nothing are left out; all events, if among them, come last. */
export function readRows(): Row[] {
  const rows: Row[] = $(LIST)
    .editableList('items')
    .get()
    .map((element) => {
      const item = $(element);
      const name = item.find('.nestmtx-event-name').typedInput('value').trim();
      const endsAlarm = alarmEndedBy(canonicalEventName(name)) !== undefined;
      const after = String(item.find('.nestmtx-event-after').val() ?? '').trim();
      const isChecked = item.find('.nestmtx-event-after-alarm').prop('checked') === true;
      const { output } = item.data('data') as Partial<Row>;
      return { name, after, afterAlarm: endsAlarm && isChecked, ...(output !== undefined && { output }) };
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
