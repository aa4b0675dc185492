/** Owns the search over everything: it asks each view for what fits, and leads there. */

import { useSignal } from '@preact/signals';
import { Search } from 'lucide';
import { useEffect, useId } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { Dialog } from '../parts/messages/dialog.tsx';
import { State } from '../parts/state.tsx';
import { go } from '../router.ts';
import { type Found, visibleViews } from '../views.ts';
import { COMMON } from '../words/common.ts';
import { isSearching } from './keys.tsx';

/** Nobody is asked while somebody is still writing. */
const PAUSE_MS = 120;

export function SearchEverything() {
  return isSearching.value ? <SearchDialog /> : null;
}

function SearchDialog() {
  const text = useSignal('');
  const found = useSignal<readonly Found[]>(findViews(''));
  const id = useId();
  const close = () => (isSearching.value = false);

  useEffect(() => {
    let isOld = false;
    const timer = setTimeout(async () => {
      const all = await findAll(text.value.trim());
      if (!isOld) found.value = all;
    }, PAUSE_MS);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [text.value]);

  /** What was found last may be of fewer letters than stand there now. */
  async function chooseFirst(): Promise<void> {
    const [first] = await findAll(text.value.trim());
    if (first) choose(first.to);
  }

  function choose(to: string): void {
    close();
    go(to);
  }

  return (
    <Dialog title={COMMON('search')} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void chooseFirst();
        }}
      >
        <div class="search-field">
          <Icon shape={Search} />
          <label for={id} class="read-out">
            {COMMON('search')}
          </label>
          <input
            id={id}
            type="search"
            value={text.value}
            onInput={({ currentTarget }) => (text.value = currentTarget.value)}
          />
        </div>
      </form>
      <ul class="found" data-arrows="">
        {found.value.map(({ to, text: title, hint, condition }) => (
          <li key={to}>
            <a href={`#${to}`} onClick={() => choose(to)}>
              <span>{title}</span>
              {hint !== undefined && <span class="hint">{hint}</span>}
              {condition && <State condition={condition} />}
            </a>
          </li>
        ))}
      </ul>
      {found.value.length === 0 && <p class="hint">{COMMON('nothingFound.hint', { search: text.value })}</p>}
    </Dialog>
  );
}

async function findAll(text: string): Promise<readonly Found[]> {
  if (text === '') return findViews(text);
  // A view that cannot be asked now has found nothing.
  const asked = visibleViews()
    .map(async ({ find }) => (find ? find(text) : []))
    .map((found) => found.catch(() => []));
  return [...(await Promise.all(asked)).flat(), ...findViews(text)];
}

function findViews(text: string): readonly Found[] {
  return visibleViews()
    .filter(({ icon, title }) => icon && title().toLowerCase().includes(text.toLowerCase()))
    .map(({ address, title }) => ({ to: address, text: title() }));
}
