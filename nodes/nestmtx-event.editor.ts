/** Owns the dialog of the event node. */

import { EVENTS } from '../src/protocol/events.ts';
import { check, current } from './editor/checks.editor.ts';
import { completeAmong } from './editor/choices.editor.ts';
import { openRows, outputMap, readRows } from './editor/event-rows.editor.ts';
import { completeRecords, firstOf } from './editor/lookups.editor.ts';
import type { EditorNode } from './editor/red.editor.ts';
import { typed } from './editor/typed.editor.ts';
import { SERVICE_DOMAIN, SERVICE_EVENTS } from './runtime/event/service-events.ts';

const ALL = '+';
const LONGEST_HOLD_SECONDS = 86_400;

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
    version: { value: 1 },
    server: { value: '', type: 'nestmtx-server', required: true },
    domain: { value: 'camera', validate: check(isLevel, 'nestmtx-event.errors.domain') },
    entity: { value: '', validate: check(isEntity, 'nestmtx-event.errors.entity') },
    events: { value: ['ready', 'notReady'], validate: check(isEventList, 'nestmtx-event.errors.events') },
    split: { value: false },
    outputs: { value: 1 },
    ignoreRetained: { value: true },
    tellState: { value: false },
    holdSeconds: { value: '0', validate: check(isHold, 'nestmtx-event.errors.holdSeconds') },
  },
  label() {
    const names = namesOf(this).join(', ') || this._('nestmtx-event.allEvents');
    return String(this['name'] || `${this['domain'] || ALL}: ${names}`);
  },
  labelStyle() {
    return this['name'] ? 'node_label_italic' : '';
  },
  outputLabels(index) {
    const names = namesOf(this);
    return (this['split'] ? names[index] : names.join(', ')) || this._('nestmtx-event.allEvents');
  },
  onadd() {
    this['server'] ||= firstOf('nestmtx-server');
  },
  oneditprepare() {
    const domain = () => current(this, 'domain');
    const names = () => {
      const chosen = domain();
      if (chosen === SERVICE_DOMAIN) return SERVICE_EVENTS;
      if (chosen === 'credentials' || chosen === 'source' || chosen === 'logins') return EVENTS[chosen];
      return [...EVENTS.camera, ...EVENTS.credentials];
    };
    const records = completeRecords(
      () => current(this, 'server'),
      () => (domain() === 'credentials' ? 'credentials' : 'cameras'),
      '#nestmtx-event-entity-hint',
    );
    const domains = completeAmong(() => [...Object.keys(EVENTS), SERVICE_DOMAIN, ALL]);
    typed($('#node-input-domain'), [{ value: 'domain', label: '', autoComplete: domains }]);
    typed($('#node-input-entity'), [{ value: 'record', label: '', autoComplete: records }]);
    openRows(
      namesOf(this),
      { value: 'event', label: '', autoComplete: completeAmong(() => [...names(), ALL]) },
      { add: this._('nestmtx-event.addEvent'), row: this._('nestmtx-event.event') },
    );
  },
  oneditsave() {
    const rows = readRows();
    this['events'] = rows.map(({ name }) => name);
    const isSplit = $('#node-input-split').prop('checked') === true;
    $('#node-input-outputs').val(JSON.stringify(outputMap(rows, isSplit, Number(this['outputs'] ?? 1))));
  },
});

function namesOf(node: EditorNode): string[] {
  return Array.isArray(node['events']) ? node['events'].map(String) : [];
}

function isLevel(value: string): boolean {
  return !/[/#\s]/.test(value);
}

/** One of the names is two words. */
function isEventList(value: string): boolean {
  return value.split(',').every((name) => isLevel(name) || SERVICE_EVENTS.some((event) => event === name));
}

function isEntity(value: string): boolean {
  return /^(\d+|\+|null|)$/.test(value.trim());
}

function isHold(value: string): boolean {
  const seconds = Number(value);
  return seconds >= 0 && seconds <= LONGEST_HOLD_SECONDS;
}
