/** Owns what dialogs look up through a configuration node in the editor, and where they say why a list is empty. */

import { textKey } from '../runtime/texts.ts';
import { type AutoComplete, completeFrom, type Hint } from './choices.editor.ts';

/** The configuration node that a new node starts with; empty where there is none. */
export function firstOf(type: 'nestmtx-server' | 'mqtt-instance-account'): string {
  let id = '';
  RED.nodes.eachConfig((node) => {
    if (node.type !== type) return true;
    id = node.id;
    return false;
  });
  return id;
}

/** @param hint where to say why there is nothing to choose from */
export function completeRecords(server: () => string, module: () => string, hint: string): AutoComplete {
  return completeFrom(() => ['nestmtx', server(), module()], hintAt(hint, 'nestmtx-server'));
}

/** @param hint where to say why there is nothing to choose from */
export function completeInstances(account: () => string, hint: string): AutoComplete {
  return completeFrom(() => ['mqtt-instance', account()], hintAt(hint, 'mqtt-instance'));
}

/** @param type of the node whose catalogue has the texts */
function hintAt(selector: string, type: string): () => Hint {
  return () => {
    const hint = $(selector);
    return {
      say: (reason, words = '') =>
        void hint
          .text(reason ? RED._(textKey(type, `lookup.${reason}`), { reason: words }) : '')
          .toggle(reason !== undefined),
      isAt: (text) => hint.closest('.form-row').find('input:focus').val() === text,
    };
  };
}
