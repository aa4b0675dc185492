/** Owns that no secret stays in a URL, where flows show it: what an older flow has there, or what is typed there, is moved to the credentials. */

import { hasSecret, type SplitAddress, splitAddress } from '../runtime/address-secrets.ts';
import { textKey } from '../runtime/texts.ts';
import { isVariable } from './checks.editor.ts';
import type { EditorNode } from './red.editor.ts';

/** Which credential takes what; what none takes is dropped, for nothing uses it. */
export type Places = Partial<Record<'username' | 'password' | 'query', string>>;

const NOTICE_MS = 20_000;

/** Of all nodes of a type, as they come into the editor: when it loads, and when something is imported. The next deploy takes it along. */
export function moveSecrets(type: string, property: string, places: Places): void {
  RED.events.on('nodes:add', (node) => {
    const text = String(node[property] ?? '');
    if (node.type !== type || isVariable(text) || !hasSecret(text)) return;
    const found = splitAddress(text);
    savedCredentials(node).then(
      (saved) => {
        // As the editor itself keeps them: what it was, and what it is now.
        node['credentials'] = { ...saved, _: { ...saved }, ...moved(found, places, saved) };
        node[property] = found.address;
        node['changed'] = true;
        // It was looked at before: with its users it is in order now.
        for (const each of [node, ...(node.users ?? [])]) RED.editor.validateNode(each);
        RED.nodes.dirty(true);
        const name = String(node['name'] || found.address);
        RED.notify(escaped(RED._(textKey('nestmtx-server', 'secretsMoved'), { name })), {
          type: 'warning',
          timeout: NOTICE_MS,
        });
        // Who may not read them may not deploy either.
      },
      () => undefined,
    );
  });
}

/** For `oneditsave`, before the editor reads the fields: what was typed into the URL. */
export function moveTypedSecrets(property: string, places: Places): void {
  const field = $(`#node-config-input-${property}`);
  const text = String(field.val() ?? '');
  if (isVariable(text) || !hasSecret(text)) return;
  const found = splitAddress(text);
  field.val(found.address);
  for (const [part, value] of partsOf(found)) {
    const place = places[part];
    if (place !== undefined && value !== '') $(`#node-config-input-${place}`).val(value);
  }
}

/** Credentials that are there count, as they did before. */
function moved(found: SplitAddress, places: Places, saved: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isTaken = places.username !== undefined && Boolean(saved[places.username]);
  const entries = partsOf(found).flatMap(([part, value]) => {
    const place = places[part];
    if (place === undefined || value === '' || (isTaken && part !== 'query')) return [];
    return [[place, value] as const, [`has_${place}`, true] as const];
  });
  return Object.fromEntries(entries);
}

function partsOf({ username, password, query }: SplitAddress): ['username' | 'password' | 'query', string][] {
  return [
    ['username', username],
    ['password', password],
    ['query', query],
  ];
}

async function savedCredentials(node: EditorNode): Promise<Readonly<Record<string, unknown>>> {
  if (typeof node['credentials'] === 'object' && node['credentials'] !== null) return { ...node['credentials'] };
  // jQuery, and relative: only so the editor's token and root are added.
  return Promise.resolve($.getJSON(`credentials/${node.type}/${node.id}`));
}

/** A notice is HTML. */
function escaped(text: string): string {
  return $('<span>').text(text).html();
}
