/** Owns how a text field becomes one with types or suggestions, such that it can be found by its label and opened by a click. */

import type { TypedInputType } from './red.editor.ts';

const DOWN = 40;

/** @param typeField where the chosen type is kept; left out where there is only one */
export function typed(input: JQuery, types: readonly (string | TypedInputType)[], typeField?: string): void {
  const id = `${input.attr('id')}-label`;
  const label = $(`label[for="${input.attr('id')}"]`).attr('id', id);
  input.typedInput({ types, ...(typeField === undefined ? {} : { typeField }) });
  const container = input.next('.red-ui-typedInput-container');
  const shown = container.find('.red-ui-typedInput-input');
  // The field that has the label is hidden from now on; and the label has no text yet, Node-RED translates it later.
  if (label.length > 0) {
    shown.attr('aria-labelledby', id);
    label.on('click', () => void shown.trigger('focus'));
    nameButtons(container, id);
  }
  for (const name of ['aria-label', 'aria-describedby']) {
    shown.attr(name, input.attr(name) ?? null);
    input.removeAttr(name);
  }
  showsItsList(input, shown);
  shown.on('click', () => {
    if (shown.hasClass('red-ui-autoComplete')) shown.trigger($.Event('keyup', { keyCode: DOWN }));
  });
}

/** Types of Node-RED's own: their lists help with what is typed, and say nothing before. */
const OWN = /^(msg|flow|global|env|jsonata|str|num|bool|json)$/;

/** A field with a list has the arrow that lists have. */
function showsItsList(input: JQuery, shown: JQuery): void {
  const arrow = $('<i>', { class: 'fa fa-caret-down', 'aria-hidden': 'true' });
  const place = { position: 'absolute', right: '8px', top: 'calc(50% - 7px)', 'pointer-events': 'none' };
  arrow.css({ ...place, color: 'var(--red-ui-secondary-text-color)' });
  shown.parent().css('position', 'relative').append(arrow);
  const show = () => {
    const hasList = shown.hasClass('red-ui-autoComplete') && !OWN.test(input.typedInput('type'));
    arrow.toggle(hasList);
    shown.attr('aria-haspopup', hasList ? 'listbox' : null);
  };
  input.on('change', show);
  show();
}

/** Each by the field, and by what it shows: that is the chosen option, or the type, or nothing but an icon. */
function nameButtons(container: JQuery, labelId: string): void {
  for (const [index, button] of container.find('button').toArray().entries()) {
    const id = `${labelId}-${index}`;
    $(button).attr({ id, 'aria-haspopup': 'menu', 'aria-labelledby': `${labelId} ${id}` });
  }
}
