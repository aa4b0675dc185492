/** Owns the lists that pickers offer: asked from the runtime when first wanted, kept for a moment; what the user typed always stays. */

import type { Choice, Completion } from './red.editor.ts';

/** A dialog is open about that long; and a new camera should appear in the next. */
const KEPT_MS = 15_000;
/** A connection takes a moment after a deploy, and longer while a broker starts. */
const ASKED_FOR_MS = 30_000;
const PAUSE_MS = 1000;

const kept = new Map<string, { readonly atMs: number; readonly found: Promise<Choice[]> }>();
/** Camera 2 comes before camera 19. */
const asPeopleRead = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Why there is nothing to choose from: a key of texts under `lookup`. */
type Reason = 'notAllowed' | 'notDeployed' | 'notConnected' | 'failed';

/** Of one field, in the dialog that is open. */
export interface Hint {
  /** Why there is nothing to choose from, with the words of whoever says so; undefined when there is. */
  say(reason: Reason | undefined, detail?: string): void;
  /** Whether the user is in the field, and this is its text: a list that opens takes the keys, wherever they were meant to go. */
  isAt(text: string): boolean;
}

/** A configuration node as the editor knows it, which is perhaps not what is deployed. */
export interface Draft {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, unknown>>;
}

export interface Source {
  /** Below the editor's own address: each level a text that is none of a path. */
  readonly path: readonly string[];
  /** Whether what is deployed is another one, or nothing. */
  readonly isChanged: boolean;
  readonly draft: Draft;
  /** Where the draft goes. */
  readonly draftPath: readonly string[];
}

export type AutoComplete = (value: string, done: (found: readonly Completion[]) => void) => void;

interface List {
  readonly source: () => Source;
  /** That of the dialog as it is at a search. */
  readonly hintOf: () => Hint;
  /** What is offered of what was found. */
  readonly offer: (found: readonly Choice[]) => readonly Completion[];
}

/** Those whose id or name contains the text; the whole list for a text that is one of them. Asks again while there is no connection. */
export function completeFrom({ source, hintOf, offer }: List): AutoComplete {
  let searches = 0;
  return (value, done) => {
    searches += 1;
    const search = searches;
    const hint = hintOf();
    const isWanted = () => search === searches && hint.isAt(value);
    const askedUntilMs = Date.now() + ASKED_FOR_MS;
    const ask = () => {
      choicesOf(source()).then(
        (found) => {
          if (!isWanted()) return;
          hint.say(undefined);
          done(matching(offer(found), value));
        },
        (request: unknown) => {
          if (!isWanted()) return;
          const { reason, detail } = refusalOf(request);
          hint.say(reason, detail);
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

/** Asks what is deployed, and where that is not what the editor shows, what the editor shows. */
async function choicesOf({ path, isChanged, draft, draftPath }: Source): Promise<Choice[]> {
  if (isChanged) return fetchChoices(draftPath, draft);
  try {
    return await fetchChoices(path);
  } catch (request) {
    if (refusalOf(request).reason !== 'notDeployed') throw request;
    return fetchChoices(draftPath, draft);
  }
}

function fetchChoices(path: readonly string[], draft?: Draft): Promise<Choice[]> {
  const url = path.map(encodeURIComponent).join('/');
  const key = `${url} ${JSON.stringify(draft)}`;
  const known = kept.get(key);
  if (known && Date.now() - known.atMs < KEPT_MS) return known.found;
  // jQuery, and relative: only so the editor's token and root are added.
  const asked = draft === undefined ? $.getJSON(url) : postJson(url, draft);
  const found = Promise.resolve(asked).then((answer: Choice[]) =>
    [...answer].sort((one, other) => asPeopleRead.compare(one.label, other.label)),
  );
  kept.set(key, { atMs: Date.now(), found });
  found.catch(() => kept.delete(key));
  return found;
}

/** As `$.getJSON`, with a draft. */
export function postJson(url: string, draft: Draft): JQuery.jqXHR {
  return $.ajax({
    url,
    method: 'POST',
    contentType: 'application/json',
    data: JSON.stringify(draft),
    dataType: 'json',
  });
}

function refusalOf(request: unknown): { readonly reason: Reason; readonly detail?: string } {
  if (typeof request !== 'object' || request === null) return { reason: 'failed' };
  const status = 'status' in request ? request.status : 0;
  const reasons = new Map<unknown, Reason>([
    [401, 'notAllowed'],
    [404, 'notDeployed'],
    [503, 'notConnected'],
  ]);
  const answer = 'responseJSON' in request ? request.responseJSON : undefined;
  const hasWords = typeof answer === 'object' && answer !== null && 'error' in answer;
  // Without the full stop, of which our own text has one.
  const words = hasWords && { detail: String(answer.error).replace(/\.$/, '') };
  return { reason: reasons.get(status) ?? 'failed', ...words };
}
