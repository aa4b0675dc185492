/** Owns the list of instances that a dialog offers: asked from the account when first wanted, kept for a moment; what the user typed always stays. */

import type { Completion } from './red.editor.ts';

/** A dialog is open about that long; and a new instance should appear in the next. */
const KEPT_MS = 15_000;

const kept = new Map<string, { readonly atMs: number; readonly found: Promise<Completion[]> }>();

/** @param hint told the key of the reason why there is nothing to choose from, undefined when there is */
export function completeInstances(
  account: () => string,
  hint: (reason: string | undefined) => void,
): (value: string, done: (found: readonly Completion[]) => void) => void {
  return (value, done) => {
    fetchInstances(account()).then(
      (found) => {
        hint(undefined);
        done(matching(found, value));
      },
      (request: unknown) => {
        hint(reasonOf(request));
        done([]);
      },
    );
  };
}

/** Chosen for new nodes; empty where there is none. */
export function firstAccount(): string {
  let id = '';
  RED.nodes.eachConfig((node) => {
    if (node.type !== 'mqtt-instance-account') return true;
    id = node.id;
    return false;
  });
  return id;
}

function matching(found: readonly Completion[], value: string): readonly Completion[] {
  const text = value.trim().toLowerCase();
  // A value that was chosen before must not hide the others.
  if (text === '' || found.some((choice) => choice.value === value)) return found;
  const others = found.filter(({ label }) => label.toLowerCase().includes(text));
  // Tab and Enter take the first: what was typed must stay.
  return others.length === 0 ? [] : [{ value, label: value }, ...others];
}

function fetchInstances(account: string): Promise<Completion[]> {
  const known = kept.get(account);
  if (known && Date.now() - known.atMs < KEPT_MS) return known.found;
  // jQuery, and relative: only so the editor's token and root are added.
  const found = Promise.resolve($.getJSON(`mqtt-instance/${encodeURIComponent(account || '_ADD_')}`)).then(
    (answer: Completion[]) => answer,
  );
  kept.set(account, { atMs: Date.now(), found });
  found.catch(() => kept.delete(account));
  return found;
}

function reasonOf(request: unknown): string {
  const status = typeof request === 'object' && request !== null && 'status' in request ? request.status : 0;
  const reasons: Readonly<Record<string, string>> = { 401: 'notAllowed', 404: 'notDeployed', 503: 'notReachable' };
  return reasons[String(status)] ?? 'refused';
}
