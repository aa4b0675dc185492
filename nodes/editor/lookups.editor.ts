/** Owns what dialogs look up through a configuration node in the editor, and where they say why a list is empty. */

import { textKey } from '../runtime/texts.ts';
import { type AutoComplete, completeFrom, type Draft, type Hint, type Source } from './choices.editor.ts';
import { renew, shown } from './names.editor.ts';
import type { Choice, Completion, EditorNode } from './red.editor.ts';

type ConfigType = 'nestmtx-server' | 'mqtt-instance-account';

/** The configuration node that a new node starts with; empty where there is none. */
export function firstOf(type: ConfigType): string {
  let id = '';
  RED.nodes.eachConfig((node) => {
    if (node.type !== type) return true;
    id = node.id;
    return false;
  });
  return id;
}

/** @param hint where to say why there is nothing to choose from */
export function completeRecords(
  server: () => string,
  module: () => string,
  hint: string,
  offer: (found: readonly Choice[]) => readonly Completion[] = asRecords,
): AutoComplete {
  return completeFrom({
    source: () => sourceOf(server(), ['nestmtx', server(), module()], ['nestmtx', server(), module()]),
    hintOf: hintAt(hint, 'nestmtx-server'),
    offer: (found) => {
      renew(server(), module(), found, moduleOf);
      return offer(found);
    },
  });
}

/** @param hint where to say why there is nothing to choose from */
export function completeInstances(account: () => string, hint: string): AutoComplete {
  const path = () => ['mqtt-instance', account()];
  return completeFrom({
    source: () => sourceOf(account(), path(), [...path(), 'instances']),
    hintOf: hintAt(hint, 'mqtt-instance'),
    offer: (found) => {
      renew(account(), 'instances', found, moduleOf);
      return asRecords(found);
    },
  });
}

/** The rooms of the cameras, each once. */
export function asRooms(found: readonly Choice[]): Completion[] {
  const rooms = [...new Set(found.flatMap(({ room }) => (room === undefined ? [] : [room])))];
  return rooms.map((room) => ({ value: room, label: room }));
}

export function asRecords(found: readonly Choice[]): Completion[] {
  return found.map(({ value, name, label }) => {
    const names = name === undefined ? {} : { [value]: name };
    return { value: shown(value, names), label };
  });
}

/** Of which module the records of a node are; undefined where a message or a room says which. */
function moduleOf(node: EditorNode): string | undefined {
  if ((node['entityType'] ?? 'record') !== 'record') return undefined;
  if (node.type === 'mqtt-instance') return 'instances';
  if (node.type === 'nestmtx-request') return recordsOf(String(node['module']));
  return node['domain'] === 'credentials' ? 'credentials' : 'cameras';
}

/** A snapshot goes by the id of its camera. */
export function recordsOf(module: string): string {
  return module === 'snapshots' ? 'cameras' : module;
}

function sourceOf(config: string, path: readonly string[], draftPath: readonly string[]): Source {
  const node = RED.nodes.node(config);
  return { path, draftPath, isChanged: node?.['changed'] === true, draft: draftOf(node) };
}

/** As the editor has it: a secret is there only where somebody has just typed it. */
function draftOf(node: EditorNode | null): Draft {
  const { credentials, ...settings }: Readonly<Record<string, unknown>> = node ?? {};
  const texts = Object.entries(settings).filter(([, value]) => typeof value === 'string');
  const secrets = typeof credentials === 'object' && credentials !== null ? Object.entries(credentials) : [];
  return {
    settings: Object.fromEntries(texts),
    secrets: Object.fromEntries(secrets.filter(([, value]) => typeof value === 'string')),
  };
}

/** @param type of the node whose catalogue has the texts */
function hintAt(selector: string, type: string): () => Hint {
  return () => {
    const hint = $(selector);
    return {
      say: (reason, detail = '') => {
        const words = reason ? RED._(textKey(type, `lookup.${reason}`), { reason: detail }) : '';
        const isApart = detail !== '' && (reason === 'notDeployed' || reason === 'notConnected');
        hint.text(isApart ? `${words} (${detail})` : words).toggle(reason !== undefined);
      },
      isAt: (text) => hint.closest('.form-row').find('input:focus').val() === text,
    };
  };
}
