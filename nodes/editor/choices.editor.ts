/** Owns the lists that pickers offer: asked from the runtime when first wanted, kept for a moment; what the user typed always stays. */

import type { Completion } from './red.editor.ts';

/** A dialog is open about that long; and a new camera should appear in the next. */
const KEPT_MS = 15_000;
/** A connection takes a moment after a deploy, and longer while a broker starts. */
const ASKED_FOR_MS = 30_000;
const PAUSE_MS = 1000;

const kept = new Map<string, { readonly atMs: number; readonly found: Promise<Completion[]> }>();

/** Why there is nothing to choose from: a key of texts under `lookup`. */
type Reason = 'notAllowed' | 'notDeployed' | 'notConnected' | 'failed';

/** Of one field, in the dialog that is open. */
export interface Hint {
  /** Why there is nothing to choose from, undefined when there is; `words` are the server's. */
  say(reason: Reason | undefined, words?: string): void;
  /** Whether the user is in the field, and this is its text: a list that opens takes the keys, wherever they were meant to go. */
  isAt(text: string): boolean;
}

export type AutoComplete = (value: string, done: (found: readonly Completion[]) => void) => void;

/**
 * Those whose id or name contains the text; the whole list for a text that is one of them. Asks again while there is no connection.
 * @param path below the editor's own address: each level a text that is none of a path
 * @param hintOf that of the dialog as it is at a search
 */
export function completeFrom(path: () => readonly string[], hintOf: () => Hint): AutoComplete {
  let searches = 0;
  return (value, done) => {
    searches += 1;
    const search = searches;
    const hint = hintOf();
    const isWanted = () => search === searches && hint.isAt(value);
    const askedUntilMs = Date.now() + ASKED_FOR_MS;
    const ask = () => {
      fetchChoices(path().map(encodeURIComponent).join('/')).then(
        (found) => {
          if (!isWanted()) return;
          hint.say(undefined);
          done(matching(found, value));
        },
        (request: unknown) => {
          if (!isWanted()) return;
          const reason = reasonOf(request);
          hint.say(reason, wordsOf(request));
          done([]);
          if (reason === 'notConnected' && Date.now() < askedUntilMs) setTimeout(() => isWanted() && ask(), PAUSE_MS);
        },
      );
    };
    ask();
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

/** Without the full stop, of which our own text has one. */
function wordsOf(request: unknown): string {
  const answer =
    typeof request === 'object' && request !== null && 'responseJSON' in request ? request.responseJSON : {};
  const words = typeof answer === 'object' && answer !== null && 'error' in answer ? String(answer.error) : '';
  return words.replace(/\.$/, '');
}

function reasonOf(request: unknown): Reason {
  const status = typeof request === 'object' && request !== null && 'status' in request ? request.status : 0;
  const reasons: Readonly<Record<string, Reason>> = { 401: 'notAllowed', 404: 'notDeployed', 503: 'notConnected' };
  return reasons[String(status)] ?? 'failed';
}
