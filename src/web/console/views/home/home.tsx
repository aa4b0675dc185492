/** Owns the first view. It answers in this order: is everything all right, which camera, what happened. */

import './home.css';
import { ListChecks, Plus } from 'lucide';
import { useEffect } from 'preact/hooks';
import { cameras, camerasFault, reloadCameras } from '../../house/cameras.ts';
import { type Room, roomsOf } from '../../house/rooms.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { SearchField } from '../../parts/forms/search-field.tsx';
import { Shown } from '../../parts/lists/shown.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { queryOf } from '../../router.ts';
import { may, status } from '../../status.ts';
import { COMMON } from '../../words/common.ts';
import { inOrder } from '../../words/language.ts';
import { CameraCard } from './camera-card.tsx';
import { ChosenBar, chosen } from './choosing.tsx';
import { Latest } from './latest.tsx';
import { TroubleList } from './trouble-list.tsx';
import { HOME } from './words.ts';

/** Cameras from which on one wants to search. */
const MANY = 8;
const CARD_HEIGHT = 96;

export function HomeView() {
  useEffect(() => () => (chosen.value = undefined), []);
  const load = { value: cameras.value, fault: camerasFault.value, reload: reloadCameras };
  return (
    <div class="home">
      <div class="view-head">
        <h1>{HOME('title')}</h1>
        <div class="actions">
          {may('cameras', 'update') && (cameras.value?.length ?? 0) > 1 && !chosen.value && (
            <Button icon={ListChecks} label={HOME('select')} onPress={() => (chosen.value = new Set())} />
          )}
          {may('cameras', 'create') && <AddButton />}
        </div>
      </div>
      <Loaded load={load}>
        {(all) => (
          <div class="home-columns">
            <div>
              {status.value && <TroubleList health={status.value.health} cameras={all} />}
              {all.length >= MANY && <SearchField label={HOME('search')} />}
              {all.length === 0 ? <NoCameras /> : <Rooms rooms={roomsOf(all, queryOf('search'), inOrder)} />}
              <ChosenBar />
            </div>
            <Latest />
          </div>
        )}
      </Loaded>
    </div>
  );
}

function Rooms({ rooms }: { readonly rooms: readonly Room[] }) {
  if (rooms.length === 0) {
    return <Empty title={COMMON('nothingFound')}>{COMMON('nothingFound.hint', { search: queryOf('search') })}</Empty>;
  }
  return (
    <>
      {rooms.map(({ name, cameras: own }) => (
        <details key={name ?? ''} class="room" open>
          <summary>
            <h2>{name ?? COMMON('needsYou')}</h2>
            <span class="hint">{own.length}</span>
          </summary>
          <div class="cards" data-arrows="">
            {own.map((camera) => (
              <Shown key={camera.id} height={CARD_HEIGHT}>
                {() => <CameraCard camera={camera} withRoom={name === undefined} />}
              </Shown>
            ))}
          </div>
        </details>
      ))}
    </>
  );
}

function NoCameras() {
  const mode = status.value?.mode ?? 'serve';
  const mayAdd = may('cameras', 'create');
  return (
    <Empty title={HOME('noCameras')}>
      <p>{HOME(mode === 'follow' ? 'noCameras.follow' : mayAdd ? 'noCameras.serve' : 'noCameras.user')}</p>
      {mayAdd && <AddButton />}
    </Empty>
  );
}

function AddButton() {
  return (
    <LinkButton to="/cameras/add" icon={Plus}>
      {HOME('add')}
    </LinkButton>
  );
}
