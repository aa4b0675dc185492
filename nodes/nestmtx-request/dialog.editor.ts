/** Owns the dialog of the request node. */

import { COMMANDS, isCommand, needsEntity, payloadRule } from '../../src/protocol/verbs.ts';
import { check, checkSeconds, current } from '../editor/checks.editor.ts';
import { completeAmong } from '../editor/choices.editor.ts';
import { saveOutputs } from '../editor/error-output.editor.ts';
import { completeRecords, firstOf, recordsOf } from '../editor/lookups.editor.ts';
import { called } from '../editor/names.editor.ts';
import { saveRecord, showRecord } from '../editor/record-field.editor.ts';
import type { EditorNode, TypedInputType } from '../editor/red.editor.ts';
import { typed } from '../editor/typed.editor.ts';

const MODULES = [
  'auth',
  'cameras',
  'credentials',
  'cronjobs',
  'events',
  'health',
  'htop',
  'outages',
  'snapshots',
  'users',
  'version',
];
const FROM_FLOW = ['msg', 'flow', 'global', 'env', 'jsonata'];

RED.nodes.registerType('nestmtx-request', {
  category: 'NestMTX',
  categoryDescription: 'Cameras of NestMTX: requests and events over MQTT',
  color: '#3FADB5',
  icon: 'nestmtx-request.svg',
  inputs: 1,
  outputs: 1,
  paletteLabel: 'request',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    server: { value: '', type: 'nestmtx-server', required: true },
    command: { value: 'list', required: true },
    commandType: { value: 'verb' },
    module: { value: 'cameras', required: true, validate: check(isName, 'nestmtx-request.errors.module') },
    moduleType: { value: 'module' },
    entity: { value: '', validate: check(isEntity, 'nestmtx-request.errors.entity') },
    entityType: { value: 'record' },
    payload: { value: 'payload', validate: check(isPayload, 'nestmtx-request.errors.payload') },
    payloadType: { value: 'msg' },
    timeout: { value: '10', validate: checkSeconds('timeoutType', 3600, 'nestmtx-request.errors.timeout') },
    timeoutType: { value: 'num' },
    paging: { value: 'all' },
    names: { value: {} },
    errorOutput: { value: false },
    outputs: { value: 1 },
  },
  label() {
    const isFixed = this['commandType'] === 'verb' && this['moduleType'] === 'module';
    const record = isFixed ? recordIn(this) : '';
    return String(this['name'] || (isFixed ? `${this['command']} ${this['module']}${record}` : 'nestmtx request'));
  },
  labelStyle() {
    return this['name'] ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('nestmtx-request.inputLabel');
  },
  outputLabels(index) {
    return this._(index === 0 ? 'nestmtx-request.outputLabel' : 'nestmtx-request.errorLabel');
  },
  onadd() {
    this['server'] ||= firstOf('nestmtx-server');
  },
  oneditprepare() {
    const verbs = COMMANDS.map((verb) => ({ value: verb, label: this._(`nestmtx-request.verbs.${verb}`) }));
    const verb: TypedInputType = {
      value: 'verb',
      label: this._('nestmtx-request.types.verb'),
      icon: 'fa fa-play',
      options: verbs,
    };
    const module: TypedInputType = {
      value: 'module',
      label: this._('nestmtx-request.types.module'),
      icon: 'fa fa-cubes',
      autoComplete: completeAmong(() => MODULES),
    };
    const record: TypedInputType = {
      value: 'record',
      label: this._('nestmtx-request.types.record'),
      icon: 'fa fa-video-camera',
      autoComplete: completeRecords(
        () => current(this, 'server'),
        () => recordsOf(current(this, 'module')),
        '#nestmtx-request-entity-hint',
      ),
    };
    const none: TypedInputType = { value: 'none', label: this._('nestmtx-request.types.none'), hasValue: false };
    showRecord(this);
    const field = (property: string, types: (string | TypedInputType)[]) =>
      typed($(`#node-input-${property}`), types, `#node-input-${property}Type`);
    field('command', [verb, ...FROM_FLOW]);
    field('module', [module, ...FROM_FLOW]);
    field('entity', [record, ...FROM_FLOW]);
    field('payload', ['msg', 'flow', 'global', 'env', 'json', 'jsonata', none]);
    field('timeout', ['num', ...FROM_FLOW]);
    const showRows = () => {
      const isCamera = recordsOf(current(this, 'module')) === 'cameras';
      $('#nestmtx-request-entity-label').text(this._(`nestmtx-request.${isCamera ? 'camera' : 'entity'}`));
      const command = current(this, 'command');
      const isOpen = current(this, 'commandType') !== 'verb' || !isCommand(command);
      $('.nestmtx-request-entity').toggle(isOpen || needsEntity(command));
      $('.nestmtx-request-payload').toggle(isOpen || payloadRule(command) !== 'forbidden');
      $('.nestmtx-request-paging').toggle(isOpen || command === 'list');
    };
    $('#node-input-command, #node-input-module').on('change', showRows);
    showRows();
  },
  oneditsave() {
    saveRecord(this);
    saveOutputs();
  },
});

/** What a label says of the record that is asked for, where the dialog names it. */
function recordIn(node: EditorNode): string {
  const command = String(node['command']);
  const id = String(node['entity'] ?? '').trim();
  if (!isCommand(command) || !needsEntity(command) || node['entityType'] !== 'record' || id === '') return '';
  return `: ${called(id, node)}`;
}

function isName(value: string, node: EditorNode): boolean {
  return current(node, 'moduleType') !== 'module' || /^[^\s/+#]+$/.test(value);
}

function isEntity(value: string, node: EditorNode): boolean {
  const command = current(node, 'command');
  const isNeeded = current(node, 'commandType') === 'verb' && isCommand(command) && needsEntity(command);
  return !isNeeded || value.trim() !== '';
}

function isPayload(value: string, node: EditorNode): boolean {
  const command = current(node, 'command');
  const type = current(node, 'payloadType');
  const isNeeded = current(node, 'commandType') === 'verb' && isCommand(command) && payloadRule(command) === 'required';
  if (type === 'none') return !isNeeded;
  if (type !== 'json') return value.trim() !== '';
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}
