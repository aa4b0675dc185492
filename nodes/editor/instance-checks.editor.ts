/** Owns what the dialog of the instance node checks while one types, and which of its fields an action has. */

import {
  concernsOne,
  type InstanceAction,
  isConditional,
  isInstanceAction,
  LONGEST_OVERLAP_SECONDS,
} from '../runtime/instance/actions.ts';
import { current } from './checks.editor.ts';
import { idIn } from './names.editor.ts';
import type { EditorNode } from './red.editor.ts';

/** Undefined where the message decides. */
function chosenAction(node: EditorNode): InstanceAction | undefined {
  const action = current(node, 'action');
  return current(node, 'actionType') === 'verb' && isInstanceAction(action) ? action : undefined;
}

/** Which rows of the form are of use; all that could be where the message decides. */
export function rowsOf(node: EditorNode): Readonly<Record<string, boolean>> {
  const action = chosenAction(node);
  const isOr = (...actions: InstanceAction[]) => action === undefined || actions.includes(action);
  return {
    entity: action === undefined || concernsOne(action),
    confirmed: mayDelete(node),
    update: isOr('update'),
    rotate: isOr('rotate'),
    'acl-check': isOr('acl-check'),
    connection: isOr('connection'),
    conditional: action === undefined || isConditional(action),
    create: isOr('create'),
    list: isOr('list'),
    page: isOr('list') && current(node, 'paging') === 'page',
  };
}

/** A node whose action comes from the message may do other things without it. */
export function isConfirmed(value: string, node: EditorNode): boolean {
  return value === 'true' || chosenAction(node) === undefined || !mayDelete(node);
}

export function isEntity(value: string, node: EditorNode): boolean {
  const action = chosenAction(node);
  if (value.trim() === '') return action === undefined || !concernsOne(action);
  return current(node, 'entityType') !== 'record' || /^[\w-]+$/.test(idIn(value));
}

export function isOverlap(value: string, node: EditorNode): boolean {
  const isTyped = current(node, 'overlapType') === 'num';
  return isCount('overlapType')(value, node) && !(isTyped && Number(value) > LONGEST_OVERLAP_SECONDS);
}

/** Empty leaves it to the server. */
export function isCount(typeProperty: string): (value: string, node: EditorNode) => boolean {
  return (value, node) => current(node, typeProperty) !== 'num' || /^\d{0,9}$/.test(value);
}

/** A topic to ask about may have wildcards; it only has to be there. */
export function isTopic(value: string, node: EditorNode): boolean {
  return value.trim() !== '' || chosenAction(node) !== 'acl-check';
}

/** With all three as they are there is nothing to update. */
export function isChange(_value: string, node: EditorNode): boolean {
  const isNothing = ['label', 'enabled', 'expires'].every((property) => current(node, `${property}Type`) === 'none');
  return !isNothing || chosenAction(node) !== 'update';
}

/** A moment with its zone, where it is typed. */
export function isExpiry(value: string, node: EditorNode): boolean {
  if (current(node, 'expiresType') !== 'str') return true;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d.*(Z|[+-]\d\d:\d\d)$/.test(value) && Number.isFinite(Date.parse(value));
}

/** Whether it deletes, or may when a message says so, the very instance that the dialog names. */
function mayDelete(node: EditorNode): boolean {
  const action = chosenAction(node);
  const isNamed = current(node, 'entityType') === 'record' && current(node, 'entity').trim() !== '';
  return isNamed && (action === undefined || action === 'delete');
}
