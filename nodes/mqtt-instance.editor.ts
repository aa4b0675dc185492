/** Owns the dialog of the instance node. */

import { check, checkSeconds, current } from './editor/checks.editor.ts';
import { completeInstances, firstAccount } from './editor/instance-choices.editor.ts';
import type { EditorNode, TypedInputType } from './editor/red.editor.ts';
import { hintAt } from './editor/server.editor.ts';
import { typed } from './editor/typed.editor.ts';
import {
  concernsOne,
  INSTANCE_ACTIONS,
  isInstanceAction,
  LONGEST_OVERLAP_SECONDS,
  LONGEST_TIMEOUT_SECONDS,
} from './runtime/instance-actions.ts';

const FROM_FLOW = ['msg', 'flow', 'global', 'env', 'jsonata'];

RED.nodes.registerType('mqtt-instance', {
  category: 'NestMTX',
  categoryDescription: 'Cameras of NestMTX: requests and events over MQTT',
  color: '#3FADB5',
  icon: 'mqtt-instance.svg',
  inputs: 1,
  outputs: 1,
  paletteLabel: 'mqtt instance',
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
    search: { value: '' },
    searchType: { value: 'str' },
    offset: { value: '0', validate: check(isCount('offsetType'), 'mqtt-instance.errors.offset') },
    offsetType: { value: 'num' },
    limit: { value: '100', validate: check(isCount('limitType'), 'mqtt-instance.errors.limit') },
    limitType: { value: 'num' },
    order: { value: 'asc' },
    paging: { value: 'page' },
    timeout: {
      value: '10',
      validate: checkSeconds('timeoutType', LONGEST_TIMEOUT_SECONDS, 'mqtt-instance.errors.timeout'),
    },
    timeoutType: { value: 'num' },
  },
  label() {
    return String(
      this['name'] || (this['actionType'] === 'verb' ? `mqtt instance: ${this['action']}` : 'mqtt instance'),
    );
  },
  labelStyle() {
    return this['name'] ? 'node_label_italic' : '';
  },
  inputLabels() {
    return this._('mqtt-instance.inputLabel');
  },
  outputLabels() {
    return this._('mqtt-instance.outputLabel');
  },
  onadd() {
    this['account'] ||= firstAccount();
  },
  oneditprepare() {
    const actions = INSTANCE_ACTIONS.map((action) => ({
      value: action,
      label: this._(`mqtt-instance.actions.${action}`),
    }));
    const action: TypedInputType = {
      value: 'verb',
      label: this._('mqtt-instance.types.action'),
      icon: 'fa fa-play',
      options: actions,
    };
    const hint = hintAt('#mqtt-instance-entity-hint');
    const record: TypedInputType = {
      value: 'record',
      label: this._('mqtt-instance.types.record'),
      icon: 'fa fa-key',
      autoComplete: completeInstances(
        () => current(this, 'account'),
        (reason) => hint(reason && this._(`mqtt-instance.lookup.${reason}`)),
      ),
    };
    const field = (property: string, types: (string | TypedInputType)[]) =>
      typed($(`#node-input-${property}`), types, `#node-input-${property}Type`);
    field('action', [action, ...FROM_FLOW]);
    field('entity', [record, ...FROM_FLOW]);
    field('search', ['str', ...FROM_FLOW]);
    for (const property of ['overlap', 'offset', 'limit', 'timeout']) field(property, ['num', ...FROM_FLOW]);
    const showRows = () => {
      const chosen = current(this, 'action');
      const isOpen = current(this, 'actionType') !== 'verb' || !isInstanceAction(chosen);
      $('.mqtt-instance-entity').toggle(isOpen || concernsOne(chosen));
      $('.mqtt-instance-confirmed').toggle(mayDelete(this));
      $('.mqtt-instance-overlap').toggle(isOpen || chosen === 'rotate');
      $('.mqtt-instance-list').toggle(isOpen || chosen === 'list');
      $('.mqtt-instance-page').toggle((isOpen || chosen === 'list') && current(this, 'paging') === 'page');
    };
    $('#node-input-action, #node-input-entity, #node-input-paging').on('change', showRows);
    // What was confirmed was confirmed for another instance.
    let confirmedFor = current(this, 'entity');
    $('#node-input-entity').on('change', () => {
      if (current(this, 'entity') === confirmedFor) return;
      confirmedFor = current(this, 'entity');
      $('#node-input-confirmed').prop('checked', false);
    });
    showRows();
  },
});

/** Whether it deletes, or may when a message says so, the very instance that the dialog names. */
function mayDelete(node: EditorNode): boolean {
  const action = current(node, 'action');
  const isOpen = current(node, 'actionType') !== 'verb';
  const isNamed = current(node, 'entityType') === 'record' && current(node, 'entity').trim() !== '';
  return isNamed && (isOpen || action === 'delete');
}

/** A node whose action comes from the message may do other things without it. */
function isConfirmed(value: string, node: EditorNode): boolean {
  return value === 'true' || current(node, 'actionType') !== 'verb' || !mayDelete(node);
}

function isEntity(value: string, node: EditorNode): boolean {
  const action = current(node, 'action');
  const isNeeded = current(node, 'actionType') === 'verb' && isInstanceAction(action) && concernsOne(action);
  if (value.trim() === '') return !isNeeded;
  return current(node, 'entityType') !== 'record' || /^[\w-]+$/.test(value);
}

function isOverlap(value: string, node: EditorNode): boolean {
  return isCount('overlapType')(value, node) && !(Number(value) > LONGEST_OVERLAP_SECONDS);
}

/** Empty leaves it to the server. */
function isCount(typeProperty: string): (value: string, node: EditorNode) => boolean {
  return (value, node) => current(node, typeProperty) !== 'num' || /^\d{0,9}$/.test(value);
}
