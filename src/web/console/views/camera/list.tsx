/** Owns the cameras beside the one that is shown: by room, each with its state, found by its name. */

import { cameras } from '../../house/cameras.ts';
import { conditionOf } from '../../house/condition.ts';
import { roomsOf } from '../../house/rooms.ts';
import { SearchField } from '../../parts/forms/search-field.tsx';
import { Shown } from '../../parts/lists/shown.tsx';
import { StateSign } from '../../parts/state.tsx';
import { queryOf } from '../../router.ts';
import { COMMON } from '../../words/common.ts';
import { inOrder } from '../../words/language.ts';
import { CAMERA_WORDS } from './words.ts';

/** Cameras from which on one wants to search. */
const MANY = 8;
const ROW_HEIGHT = 44;

export function CameraList({ shown }: { readonly shown: number }) {
  const all = cameras.value ?? [];
  const rooms = roomsOf(all, queryOf('search'), inOrder);
  return (
    <nav class="camera-list" aria-label={CAMERA_WORDS('others')} data-arrows="">
      {all.length >= MANY && <SearchField label={COMMON('search')} />}
      {rooms.length === 0 && <p class="hint">{COMMON('nothingFound.hint', { search: queryOf('search') })}</p>}
      {rooms.map(({ name, cameras: own }) => (
        <section key={name ?? ''}>
          <h2 class="hint">{name ?? COMMON('needsYou')}</h2>
          <ul>
            {own.map((camera) => (
              <li key={camera.id}>
                <Shown height={ROW_HEIGHT}>
                  {() => (
                    <a
                      href={`#/cameras/${camera.id}${queryOf('search') && `?search=${encodeURIComponent(queryOf('search'))}`}`}
                      aria-current={camera.id === shown ? 'true' : undefined}
                    >
                      <StateSign condition={conditionOf(camera)} />
                      <span>{camera.name}</span>
                    </a>
                  )}
                </Shown>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}
