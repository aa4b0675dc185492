/** Owns the lists that pickers offer: asked from the runtime when first wanted, kept for a moment; what the user typed always stays. */

import type { Completion } from './red.editor.ts';

/** A dialog is open about that long; and a new camera should appear in the next. */
const KEPT_MS = 15_000;

const kept = new Map<string, { readonly atMs: number; readonly found: Promise<Completion[]> }>();

/** Why there is nothing to choose from: a key of texts under `lookup`. */
export type Reason = 'notAllowed' | 'notDeployed' | 'notConnected' | 'failed';

export type AutoComplete = (value: string, done: (found: readonly Completion[]) => void) => void;

/**
 * Those whose id or name contains the text; the whole list for a text that is one of them.
 * @param path below the editor's own address: each level a text that is none of a path
 * @param hint told why there is nothing to choose from, undefined when there is
 */
export function completeFrom(path: () => readonly string[], hint: (reason: Reason | undefined) => void): AutoComplete {
  return (value, done) => {
    fetchChoices(path().map(encodeURIComponent).join('/')).then(
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

/** From a list that is known. */
export function completeAmong(names: () => readonly string[]): AutoComplete {
  return (value, done) => {
    const choices = names().map((name) => ({ value: name, label: name }));
    done(matching(choices, value));
  };
}

function matching(found: readonly Completion[], value: string): Completion[] {
  const text = value.trim().toLowerCase();
  // A value that was chosen before must not hide the others.
  if (text === '' || found.some((choice) => choice.value === value)) return [...found];
  const others = found.filter(({ value: id, label }) => `${id} ${label}`.toLowerCase().includes(text));
  // Tab and Enter take the first: what was typed must stay.
  return others.length === 0 ? [] : [{ value, label: value }, ...others];
}

function fetchChoices(url: string): Promise<Completion[]> {
  const known = kept.get(url);
  if (known && Date.now() - known.atMs < KEPT_MS) return known.found;
  // jQuery, and relative: only so the editor's token and root are added.
  const found = Promise.resolve($.getJSON(url)).then((answer: Completion[]) => answer);
  kept.set(url, { atMs: Date.now(), found });
  found.catch(() => kept.delete(url));
  return found;
}

function reasonOf(request: unknown): Reason {
  const status = typeof request === 'object' && request !== null && 'status' in request ? request.status : 0;
  const reasons: Readonly<Record<string, Reason>> = { 401: 'notAllowed', 404: 'notDeployed', 503: 'notConnected' };
  return reasons[String(status)] ?? 'failed';
}
