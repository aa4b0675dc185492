/** Owns the search over everything that the page can show: views, cameras and rooms, by the first letters of any word in them. */

import { useSignal } from '@preact/signals';
import { Search } from 'lucide';
import { useId } from 'preact/hooks';
import { cameras } from '../house/cameras.ts';
import { conditionOf } from '../house/condition.ts';
import { Icon } from '../parts/icon.tsx';
import { Dialog } from '../parts/messages/dialog.tsx';
import { State } from '../parts/state.tsx';
import { go } from '../router.ts';
import { visibleViews } from '../views.ts';
import { COMMON } from '../words/common.ts';
import { isSearching } from './keys.tsx';

const SHOWN = 12;

export function SearchEverything() {
  return isSearching.value ? <SearchDialog /> : null;
}

function SearchDialog() {
  const text = useSignal('');
  const id = useId();
  const close = () => (isSearching.value = false);
  const found = findAll(text.value);

  function choose(to: string): void {
    close();
    go(to);
  }

  return (
    <Dialog title={COMMON('search')} onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (found[0]) choose(found[0].to);
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
      <ul class="found">
        {found.map(({ to, text: title, hint, state }) => (
          <li key={to}>
            <a href={`#${to}`} onClick={() => choose(to)}>
              <span>{title}</span>
              {hint !== undefined && <span class="hint">{hint}</span>}
              {state}
            </a>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="hint">{COMMON('nothingFound.hint', { search: text.value })}</p>}
    </Dialog>
  );
}

function findAll(text: string) {
  const wanted = text.trim().toLowerCase();
  const fits = (...texts: string[]) =>
    texts.some(
      (each) =>
        each
          .toLowerCase()
          .split(/[\s/_-]+/)
          .some((word) => word.startsWith(wanted)) || each.toLowerCase().includes(wanted),
    );
  const views = visibleViews()
    .filter(({ icon, title }) => icon && fits(title()))
    .map(({ address, title }) => ({ to: address, text: title(), hint: undefined, state: undefined }));
  const found = (cameras.value ?? [])
    .filter(({ name, room, mtx_path }) => wanted !== '' && fits(name, room, mtx_path ?? ''))
    .map((camera) => ({
      to: `/cameras/${camera.id}`,
      text: camera.name,
      hint: camera.room,
      state: <State condition={conditionOf(camera)} />,
    }));
  return [...found, ...views].slice(0, SHOWN);
}
