/** Owns the field for several records: what is picked or typed becomes an entry below it, by name, with a button that takes it out. */

import { idIn, idsIn, type Names, nameIn, shown } from './names.editor.ts';
import type { Choice, EditorNode } from './red.editor.ts';

export interface Picks {
  /** Shows them, or nothing where the field is about something else. */
  toggle(isShown: boolean): void;
  /** What a list says of names is newer. */
  learn(found: readonly Choice[]): void;
  /** With what stands in the field and was not taken over yet. */
  ids(): string[];
  names(): Names;
}

interface Texts {
  /** `remove` with `name`. */
  readonly remove: (name: string) => string;
}

/**
 * @param field that has its types already; it is emptied
 * @param list where the entries go
 */
export function openPicks(
  field: JQuery,
  list: JQuery,
  { entity, names: kept }: { entity: unknown; names: Names },
  texts: Texts,
): Picks {
  const names = new Map(Object.entries(kept));
  let ids: string[] = idsIn(entity);
  let isActive = true;
  const search = field.next('.red-ui-typedInput-container').find('.red-ui-typedInput-input');

  function draw(): void {
    list.empty().toggle(isActive && ids.length > 0);
    for (const id of ids) list.append(entryOf(id));
  }

  function entryOf(id: string): JQuery {
    const text = shown(id, Object.fromEntries(names));
    const button = $('<button>', { type: 'button', 'aria-label': texts.remove(text), title: texts.remove(text) });
    button.append($('<i>', { class: 'fa fa-times', 'aria-hidden': 'true' }));
    button.on('click', () => {
      ids = ids.filter((other) => other !== id);
      draw();
      search.trigger('focus');
    });
    return $('<li>').append($('<span>').text(text), button);
  }

  function take(): void {
    const text = String(field.typedInput('value'));
    const id = idIn(text);
    const name = nameIn(text);
    if (!isActive || !isComplete(id)) return;
    if (name !== undefined) names.set(id, name);
    if (!ids.includes(id)) ids.push(id);
    field.typedInput('value', '');
    draw();
  }

  // Not while the value is being emptied, which is a change, too.
  field.on('change', () => void setTimeout(take));
  search.on('keydown', (event) => {
    if (event.key !== 'Backspace' || search.val() !== '' || !isActive) return;
    ids.pop();
    draw();
  });
  field.typedInput('value', '');
  draw();

  return {
    learn: (found) => {
      for (const { value, name } of found) if (name !== undefined) names.set(value, name);
      draw();
    },
    toggle: (isShown) => {
      isActive = isShown;
      draw();
    },
    ids: () => {
      take();
      return [...ids];
    },
    names: () => Object.fromEntries([...names].filter(([id]) => ids.includes(id))),
  };
}

/** A number, the name of a variable, or that the entity is unknown. */
export function isComplete(id: string): boolean {
  return /^(\d+|null|\$\{\S+\})$/.test(id);
}

/** Of the node, as it was before its dialog was opened. */
export function picksOf(node: EditorNode): { readonly entity: unknown; readonly type: 'record' | 'room' | 'all' } {
  const entity = String(node['entity'] ?? '').trim();
  const type = node['entityType'];
  if (type === 'room' || type === 'all') return { entity, type };
  // Version 1 had nothing, or `+`, for all.
  return entity === '' || entity === '+' ? { entity: '', type: 'all' } : { entity, type: 'record' };
}
