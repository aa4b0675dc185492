/** Owns whose events a node tells, in its dialog: of cameras that are picked, of those in a room, or of all. */

import { current } from './checks.editor.ts';
import { asRecords, asRooms, completeRecords } from './lookups.editor.ts';
import { namesOf } from './names.editor.ts';
import { openPicks, type Picks, picksOf } from './picks.editor.ts';
import type { EditorNode, TypedInputType } from './red.editor.ts';
import { typed } from './typed.editor.ts';

const FIELD = '#node-input-entity';
const HINT = '#nestmtx-event-entity-hint';

let picks: Picks | undefined;

export function prepareEntities(node: EditorNode): void {
  const field = $(FIELD);
  const { entity, type } = picksOf(node);
  const types = typesFor(node);
  $(`${FIELD}Type`).val(type);
  typed(field, types(), `${FIELD}Type`);
  picks = openPicks(field, $('#nestmtx-event-picked'), type === 'record' ? { entity, names: namesOf(node) } : NONE, {
    remove: (name) => node._('nestmtx-event.remove', { name }),
  });
  if (type === 'room') field.typedInput('value', String(entity));
  const show = () => {
    const chosen = field.typedInput('type');
    picks?.toggle(chosen === 'record');
    const kind = chosen === 'room' ? 'room' : current(node, 'domain') === 'credentials' ? 'credentials' : 'camera';
    $('#nestmtx-event-entity-label').text(node._(`nestmtx-event.${kind}`));
    $('.nestmtx-event-entity').toggle(areToldApart(node));
  };
  field.on('change', show);
  $('#node-input-domain').on('change', () => {
    field.typedInput('types', types());
    show();
  });
  show();
}

/** Before Node-RED reads the fields. */
export function saveEntities(node: EditorNode): void {
  const field = $(FIELD);
  // What nobody sees any more is not meant.
  if (!areToldApart(node)) field.typedInput('type', 'all');
  const type = field.typedInput('type');
  node['names'] = type === 'record' ? (picks?.names() ?? {}) : {};
  if (type === 'record') field.typedInput('value', picks?.ids().join(', ') ?? '');
  if (type === 'all') field.typedInput('value', '');
}

/** Only cameras and credentials are. */
function areToldApart(node: EditorNode): boolean {
  return /^(camera|credentials|\+|)$/.test(current(node, 'domain'));
}

const NONE = { entity: '', names: {} };

function typesFor(node: EditorNode): () => TypedInputType[] {
  const isCredentials = () => current(node, 'domain') === 'credentials';
  const server = () => current(node, 'server');
  const module = () => (isCredentials() ? 'credentials' : 'cameras');
  const text = (key: string) => node._(`nestmtx-event.${key}`);
  const icon = 'fa fa-video-camera';
  return () => {
    const record: TypedInputType = {
      value: 'record',
      label: text(isCredentials() ? 'credentials' : 'cameras'),
      icon: isCredentials() ? 'fa fa-key' : icon,
      autoComplete: completeRecords(server, module, HINT, (found) => {
        picks?.learn(found);
        return asRecords(found);
      }),
    };
    const room: TypedInputType = {
      value: 'room',
      label: text('room'),
      icon: 'fa fa-home',
      autoComplete: completeRecords(server, module, HINT, asRooms),
    };
    const all: TypedInputType = {
      value: 'all',
      label: text(isCredentials() ? 'allCredentials' : 'allCameras'),
      icon: 'fa fa-th',
      hasValue: false,
    };
    return isCredentials() ? [all, record] : [all, record, room];
  };
}
