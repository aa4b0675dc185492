/** Owns the dialog of the camera node. */

import { check, current } from '../editor/checks.editor.ts';
import { saveOutputs } from '../editor/error-output.editor.ts';
import { completeRecords, firstOf } from '../editor/lookups.editor.ts';
import { called, idIn } from '../editor/names.editor.ts';
import { saveRecord, showRecord } from '../editor/record-field.editor.ts';
import type { EditorNode, TypedInputType } from '../editor/red.editor.ts';
import { typed } from '../editor/typed.editor.ts';
import { durationMs } from '../runtime/duration.ts';

const FROM_FLOW = ['msg', 'flow', 'global', 'env', 'jsonata'];

RED.nodes.registerType('nestmtx-camera', {
  category: 'NestMTX',
  categoryDescription: 'Cameras of NestMTX: requests and events over MQTT',
  color: '#3FADB5',
  icon: 'nestmtx-camera.svg',
  inputs: 1,
  outputs: 1,
  paletteLabel: 'camera',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    server: { value: '', type: 'nestmtx-server', required: true },
    entity: { value: '', validate: check(isCamera, 'nestmtx-camera.errors.camera') },
    entityType: { value: 'record' },
    names: { value: {} },
    action: { value: 'if', required: true },
    holds: { value: 'is', required: true },
    condition: { value: 'up', required: true },
    which: { value: 'either', required: true },
    target: { value: 'payload', validate: check(isTarget, 'nestmtx-camera.errors.target') },
    timeout: { value: '1 min', validate: check(isTimeout, 'nestmtx-camera.errors.timeout') },
    timeoutType: { value: 'duration' },
    errorOutput: { value: false },
    outputs: { value: 1 },
  },
  label() {
    return String(this['name'] || this._(`nestmtx-camera.labels.${keyOf(this)}`, { camera: cameraOf(this) }));
  },
  labelStyle() {
    return this['name'] ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('nestmtx-camera.inputLabel');
  },
  outputLabels(index) {
    return this._(index === 0 ? 'nestmtx-camera.outputLabel' : 'nestmtx-camera.errorLabel');
  },
  onadd() {
    this['server'] ||= firstOf('nestmtx-server');
  },
  oneditprepare() {
    const record: TypedInputType = {
      value: 'record',
      label: this._('nestmtx-camera.camera'),
      icon: 'fa fa-video-camera',
      autoComplete: completeRecords(
        () => current(this, 'server'),
        () => 'cameras',
        '#nestmtx-camera-entity-hint',
      ),
    };
    const duration: TypedInputType = {
      value: 'duration',
      label: this._('nestmtx-camera.duration'),
      icon: 'fa fa-clock-o',
    };
    showRecord(this);
    typed($('#node-input-entity'), [record, ...FROM_FLOW], '#node-input-entityType');
    typed($('#node-input-timeout'), [duration, ...FROM_FLOW], '#node-input-timeoutType');
    typed($('#node-input-target'), ['msg']);
    const showRows = () => {
      const action = current(this, 'action');
      $('.nestmtx-camera-condition').toggle(action !== 'picture');
      $('.nestmtx-camera-picture').toggle(action === 'picture');
      $('.nestmtx-camera-timeout').toggle(
        action === 'wait' || (action === 'picture' && current(this, 'which') !== 'last'),
      );
    };
    $('#node-input-action, #node-input-which').on('change', showRows);
    showRows();
  },
  oneditsave() {
    saveRecord(this);
    saveOutputs();
  },
});

/** Of the text that says what the node does. */
function keyOf(node: EditorNode): string {
  if (node['action'] === 'picture') return 'picture';
  return `${node['action']}.${node['holds']}.${node['condition']}`;
}

function cameraOf(node: EditorNode): string {
  const entity = String(node['entity'] ?? '').trim();
  if (node['entityType'] !== 'record' || entity === '') return node._('nestmtx-camera.someCamera');
  return called(entity, node, node._('nestmtx-camera.someCamera'));
}

function isCamera(value: string, node: EditorNode): boolean {
  if (current(node, 'entityType') !== 'record') return value.trim() !== '';
  return /^\d+$/.test(idIn(value));
}

function isTarget(value: string): boolean {
  return value.trim() !== '';
}

function isTimeout(value: string, node: EditorNode): boolean {
  if (current(node, 'timeoutType') !== 'duration') return value.trim() !== '';
  const ms = durationMs(value);
  return ms !== undefined && ms > 0 && ms <= 86_400_000;
}
