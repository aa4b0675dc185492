/** Owns the dialog of the event node. */

import { EVENTS } from '../../src/protocol/events.ts';
import { check, current } from '../editor/checks.editor.ts';
import { completeAmong } from '../editor/choices.editor.ts';
import { prepareEntities, saveEntities } from '../editor/event-entities.editor.ts';
import { isTime, openRows, outputMap, readRows } from '../editor/event-rows.editor.ts';
import { firstOf } from '../editor/lookups.editor.ts';
import { called, idIn, idsIn } from '../editor/names.editor.ts';
import { isComplete, picksOf } from '../editor/picks.editor.ts';
import type { EditorNode } from '../editor/red.editor.ts';
import { typed } from '../editor/typed.editor.ts';
import { alarmEndedBy } from '../runtime/event/meanings.ts';
import { type Rows, rowsOf } from '../runtime/event/rows.ts';
import { SERVICE_DOMAIN, SERVICE_EVENTS } from '../runtime/event/service-events.ts';

const ALL = '+';
const MOST_NAMES = 2;

RED.nodes.registerType('nestmtx-event', {
  category: 'NestMTX',
  categoryDescription: 'Cameras of NestMTX: requests and events over MQTT',
  color: '#3FADB5',
  icon: 'nestmtx-event.svg',
  inputs: 0,
  outputs: 1,
  paletteLabel: 'event',
  defaults: {
    name: { value: '' },
    version: { value: 2 },
    server: { value: '', type: 'nestmtx-server', required: true },
    domain: { value: 'camera', validate: check(isLevel, 'nestmtx-event.errors.domain') },
    entity: { value: '', validate: check(isEntity, 'nestmtx-event.errors.entity') },
    entityType: { value: 'all' },
    names: { value: {} },
    events: {
      value: [
        { name: 'ready', after: '', afterAlarm: false },
        { name: 'notReady', after: '', afterAlarm: false },
      ],
      validate: check((_value, node) => areRows(node), 'nestmtx-event.errors.events'),
    },
    split: { value: false },
    outputs: { value: 1 },
    ignoreRetained: { value: true },
    atStart: { value: 'none' },
    disabledToo: { value: false },
    // Of version 1: kept by the editor until the dialog is saved, and read at the runtime meanwhile.
    tellState: { value: false },
    holdSeconds: { value: '' },
  },
  label() {
    const names = eventsOf(this).join(', ') || this._('nestmtx-event.allEvents');
    return String(this['name'] || `${whoseEvents(this)}: ${names}`);
  },
  labelStyle() {
    return this['name'] ? 'node_label_italic' : '';
  },
  outputLabels(index) {
    const names = eventsOf(this);
    return (this['split'] ? names[index] : names.join(', ')) || this._('nestmtx-event.allEvents');
  },
  onadd() {
    this['server'] ||= firstOf('nestmtx-server');
  },
  oneditprepare() {
    const { rows, atStart, disabledToo } = rowsIn(this);
    $('#node-input-atStart').val(atStart);
    $('#node-input-disabledToo').prop('checked', disabledToo);
    const names = () => {
      const chosen = current(this, 'domain');
      if (chosen === SERVICE_DOMAIN) return SERVICE_EVENTS;
      if (chosen === 'credentials' || chosen === 'source' || chosen === 'logins') return EVENTS[chosen];
      return [...EVENTS.camera, ...EVENTS.credentials];
    };
    const domains = completeAmong(() => [...Object.keys(EVENTS), SERVICE_DOMAIN, ALL]);
    typed($('#node-input-domain'), [{ value: 'domain', label: '', autoComplete: domains }]);
    prepareEntities(this);
    const text = (key: string) => this._(`nestmtx-event.${key}`);
    openRows(
      rows,
      { value: 'event', label: '', autoComplete: completeAmong(() => [...names(), ALL]) },
      {
        add: text('addEvent'),
        event: text('event'),
        after: text('after'),
        downFor: text('downFor'),
        backAfter: text('backAfter'),
        inStateFor: text('inStateFor'),
        afterAlarm: text('afterAlarm'),
      },
    );
  },
  oneditsave() {
    const rows = readRows();
    this['events'] = rows.map(({ name, after, afterAlarm }) => ({ name, after, afterAlarm }));
    Object.assign(this, { version: 2, holdSeconds: '', tellState: false });
    saveEntities(this);
    const isSplit = $('#node-input-split').prop('checked') === true;
    $('#node-input-outputs').val(JSON.stringify(outputMap(rows, isSplit, Number(this['outputs'] ?? 1))));
  },
});

function rowsIn(node: EditorNode): Rows {
  const events: unknown = node['events'];
  return rowsOf({ ...node, events: Array.isArray(events) ? events : [] });
}

function eventsOf(node: EditorNode): string[] {
  return rowsIn(node).rows.map(({ name }) => name);
}

function whoseEvents(node: EditorNode): string {
  const domain = String(node['domain'] || ALL);
  const { entity, type } = picksOf(node);
  if (type === 'room') return String(entity);
  if (type === 'all') return domain === 'camera' ? node._('nestmtx-event.allCameras') : domain;
  const what = domain === 'camera' ? node._('nestmtx-event.oneCamera') : domain;
  const names = idsIn(entity).map((id) => called(id, node, what));
  const more = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` +${more}` : '');
}

/** An end that waits for an alarm needs that alarm. */
function areRows(node: EditorNode): boolean {
  const { rows } = rowsIn(node);
  const names = rows.map(({ name }) => name);
  return rows.every(({ name, after, afterAlarm }) => {
    const alarm = afterAlarm ? alarmEndedBy(name) : undefined;
    const isName = isLevel(name) || SERVICE_EVENTS.some((event) => event === name);
    return isName && isTime(after) && (alarm === undefined || names.includes(alarm) || names.includes(ALL));
  });
}

function isLevel(value: string): boolean {
  return !/[/#\s]/.test(value);
}

function isEntity(value: string, node: EditorNode): boolean {
  const type = current(node, 'entityType');
  if (type === 'room') return value.trim() !== '';
  return type === 'all' || /^\s*\+?\s*$/.test(value) || idsIn(value).map(idIn).every(isComplete);
}
