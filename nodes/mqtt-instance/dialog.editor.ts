/** Owns the dialog of the instance node. */

import { check, checkSeconds, current } from '../editor/checks.editor.ts';
import { saveOutputs } from '../editor/error-output.editor.ts';
import {
  isChange,
  isConfirmed,
  isCount,
  isEntity,
  isExpiry,
  isOverlap,
  isTopic,
  rowsOf,
} from '../editor/instance-checks.editor.ts';
import { completeInstances, firstOf } from '../editor/lookups.editor.ts';
import { called, idIn } from '../editor/names.editor.ts';
import { saveRecord, showRecord } from '../editor/record-field.editor.ts';
import type { EditorNode, TypedInputType } from '../editor/red.editor.ts';
import { typed } from '../editor/typed.editor.ts';
import {
  BUNDLES,
  concernsOne,
  INSTANCE_ACTIONS,
  isInstanceAction,
  LONGEST_TIMEOUT_SECONDS,
  RIGHTS,
} from '../runtime/instance/actions.ts';

const FROM_FLOW = ['msg', 'flow', 'global', 'env', 'jsonata'];

RED.nodes.registerType('mqtt-instance', {
  category: 'NestMTX',
  categoryDescription: 'Cameras of NestMTX: requests and events over MQTT',
  color: '#3FADB5',
  icon: 'mqtt-instance.svg',
  inputs: 1,
  outputs: 1,
  paletteLabel: 'nestmtx instance',
  defaults: {
    name: { value: '' },
    version: { value: 1 },
    account: { value: '', type: 'mqtt-instance-account', required: true },
    action: { value: 'list', required: true },
    actionType: { value: 'verb' },
    entity: { value: '', validate: check(isEntity, 'mqtt-instance.errors.entity') },
    entityType: { value: 'record' },
    confirmed: { value: false, validate: check(isConfirmed, 'mqtt-instance.errors.confirmed') },
    overlap: { value: '3600', validate: check(isOverlap, 'mqtt-instance.errors.overlap') },
    overlapType: { value: 'num' },
    label: { value: '', validate: check(isChange, 'mqtt-instance.errors.change') },
    labelType: { value: 'none' },
    enabled: { value: 'true' },
    enabledType: { value: 'none' },
    expires: { value: '', validate: check(isExpiry, 'mqtt-instance.errors.expires') },
    expiresType: { value: 'none' },
    right: { value: 'publish' },
    rightType: { value: 'verb' },
    topic: { value: '', validate: check(isTopic, 'mqtt-instance.errors.topic') },
    topicType: { value: 'str' },
    bundle: { value: 'all' },
    bundleType: { value: 'verb' },
    ifMatch: { value: 'etag' },
    ifMatchType: { value: 'none' },
    idempotencyKey: { value: '' },
    idempotencyKeyType: { value: 'auto' },
    search: { value: '' },
    searchType: { value: 'str' },
    offset: { value: '0', validate: check(isCount('offsetType'), 'mqtt-instance.errors.offset') },
    offsetType: { value: 'num' },
    limit: { value: '100', validate: check(isCount('limitType'), 'mqtt-instance.errors.limit') },
    limitType: { value: 'num' },
    order: { value: 'asc' },
    paging: { value: 'all' },
    timeout: {
      value: '10',
      validate: checkSeconds('timeoutType', LONGEST_TIMEOUT_SECONDS, 'mqtt-instance.errors.timeout'),
    },
    timeoutType: { value: 'num' },
    names: { value: {} },
    errorOutput: { value: false },
    outputs: { value: 1 },
  },
  label() {
    return String(
      this['name'] ||
        (this['actionType'] === 'verb' ? `mqtt instance: ${this['action']}${instanceIn(this)}` : 'mqtt instance'),
    );
  },
  labelStyle() {
    return this['name'] ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('mqtt-instance.inputLabel');
  },
  outputLabels(index) {
    return this._(index === 0 ? 'mqtt-instance.outputLabel' : 'mqtt-instance.errorLabel');
  },
  onadd() {
    this['account'] ||= firstOf('mqtt-instance-account');
  },
  oneditprepare() {
    const choice = (group: string, values: readonly string[], icon: string): TypedInputType => ({
      value: 'verb',
      label: this._(`mqtt-instance.types.${group}`),
      icon,
      options: values.map((value) => ({ value, label: this._(`mqtt-instance.${group}.${value}`) })),
    });
    const fixed = (value: 'none' | 'never' | 'auto', text: string): TypedInputType => ({
      value,
      label: this._(`mqtt-instance.types.${text}`),
      hasValue: false,
    });
    const record: TypedInputType = {
      value: 'record',
      label: this._('mqtt-instance.types.record'),
      icon: 'fa fa-key',
      autoComplete: completeInstances(() => current(this, 'account'), '#mqtt-instance-entity-hint'),
    };
    showRecord(this);
    const unchanged = fixed('none', 'unchanged');
    const field = (property: string, ...types: (string | TypedInputType)[]) =>
      typed($(`#node-input-${property}`), [...types, ...FROM_FLOW], `#node-input-${property}Type`);
    field('action', choice('actions', INSTANCE_ACTIONS, 'fa fa-play'));
    field('entity', record);
    field('label', unchanged, 'str');
    field('enabled', unchanged, 'bool');
    field('expires', unchanged, fixed('never', 'never'), 'str');
    field('right', choice('rights', RIGHTS, 'fa fa-question'));
    field('topic', 'str');
    field('bundle', choice('bundles', BUNDLES, 'fa fa-clipboard'));
    field('ifMatch', fixed('none', 'anyState'));
    field('idempotencyKey', fixed('auto', 'ownKey'));
    field('search', 'str');
    for (const property of ['overlap', 'offset', 'limit', 'timeout']) field(property, 'num');
    const showRows = () => {
      for (const [row, isShown] of Object.entries(rowsOf(this))) $(`.mqtt-instance-${row}`).toggle(isShown);
    };
    $('#node-input-action, #node-input-entity, #node-input-paging').on('change', showRows);
    // What was confirmed was confirmed for another instance.
    let confirmedFor = idIn(current(this, 'entity'));
    $('#node-input-entity').on('change', () => {
      if (idIn(current(this, 'entity')) === confirmedFor) return;
      confirmedFor = idIn(current(this, 'entity'));
      $('#node-input-confirmed').prop('checked', false);
    });
    showRows();
  },
  oneditsave() {
    saveRecord(this);
    saveOutputs();
  },
});

/** What a label says of the instance, where the dialog names it. */
function instanceIn(node: EditorNode): string {
  const action = String(node['action']);
  const id = String(node['entity'] ?? '').trim();
  if (!isInstanceAction(action) || !concernsOne(action) || node['entityType'] !== 'record' || id === '') return '';
  return ` ${called(id, node)}`;
}
