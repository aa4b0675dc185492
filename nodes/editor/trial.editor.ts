/** Owns the button of a configuration node that tries what its dialog says, and the sentence about what came of it. */

import { type Draft, postJson } from './choices.editor.ts';
import type { EditorNode } from './red.editor.ts';

interface TrialFields {
  /** Where the draft goes, before the id of the node. */
  readonly path: string;
  readonly settings: readonly string[];
  readonly secrets: readonly string[];
}

interface Outcome {
  readonly reason: string;
  readonly detail?: string;
  readonly [figure: string]: unknown;
}

const ROW = '.nestmtx-trial';

export function prepareTrial(node: EditorNode, { path, settings, secrets }: TrialFields): void {
  const button = $(`${ROW} button`);
  const result = $(`${ROW} [role="status"]`);
  const say = (outcome: Outcome | undefined) => {
    const key = `${node.type}.trial.${outcome?.reason ?? 'trying'}`;
    const figures = Object.entries(outcome ?? {}).map(([name, value]) => [name, String(value ?? '')] as const);
    const words = node._(key, Object.fromEntries(figures));
    const icons = new Map([
      ['trying', 'fa-spinner fa-spin'],
      ['ok', 'fa-check'],
    ]);
    const icon = $('<i>', {
      class: `fa fa-fw ${icons.get(outcome?.reason ?? 'trying') ?? 'fa-warning'}`,
      'aria-hidden': 'true',
    });
    const text = document.createTextNode(` ${outcome?.detail ? `${words} (${outcome.detail})` : words}`);
    result.empty().append(icon, text).show();
    result.attr('data-reason', outcome?.reason ?? 'trying');
  };
  button.on('click', () => {
    const draft: Draft = { settings: valuesOf(settings), secrets: valuesOf(secrets) };
    button.prop('disabled', true);
    say(undefined);
    Promise.resolve(postJson(`${path}/${encodeURIComponent(node.id)}`, draft))
      .then(say, (request: { status?: number }) => {
        say({ reason: request.status === 401 ? 'notAllowed' : 'noAnswer' });
      })
      .finally(() => button.prop('disabled', false));
  });
}

function valuesOf(names: readonly string[]): Readonly<Record<string, string>> {
  const typedIn = (name: string) => String($(`#node-config-input-${name}`).val() ?? '').replace(/^_ADD_$/, '');
  return Object.fromEntries(names.map((name) => [name, typedIn(name)]));
}
