/** Owns the cameras as the service last said they are, once for all views: events say which to ask for again. */

import { computed, signal } from '@preact/signals';
import type { Camera } from '../../../protocol/entities/camera.ts';
import { call, type Refusal } from '../api.ts';
import { onConnect, onEvent } from '../live.ts';
import { refusalOf } from '../loads.ts';
import { token } from '../session.ts';
import { inOrder } from '../words/language.ts';

const PER_PAGE = 250;
/** Events come in bursts. */
const GATHER_MS = 80;
/** From so many on, all of them are asked for at once. */
const MANY = 25;

const known = signal<ReadonlyMap<number, Camera> | undefined>(undefined);
export const camerasFault = signal<Refusal | undefined>(undefined);

/** In the order of their names; undefined before the first answer. */
export const cameras = computed(() =>
  known.value ? [...known.value.values()].sort((a, b) => inOrder(a.name, b.name) || a.id - b.id) : undefined,
);

export function cameraWith(id: number): Camera | undefined {
  return known.value?.get(id);
}

/** Begins to ask, and goes on. */
export function watchCameras(): void {
  const waiting = new Set<number>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function look(): void {
    timer = undefined;
    const ids = [...waiting];
    waiting.clear();
    void (ids.length > MANY ? reloadCameras() : Promise.all(ids.map(reloadCamera)));
  }

  onConnect(() => void reloadCameras());
  token.subscribe(() => {
    known.value = undefined;
  });
  onEvent(({ domain, entity }) => {
    if (domain === 'source') for (const id of known.peek()?.keys() ?? []) waiting.add(id);
    if (domain === 'camera' && entity !== null) waiting.add(entity);
    if (waiting.size > 0 && timer === undefined) timer = setTimeout(look, GATHER_MS);
  });
}

export async function reloadCamera(id: number): Promise<void> {
  try {
    put(await call('cameras.read', undefined, id));
  } catch (error) {
    if (refusalOf(error).code === 'not_found') drop(id);
  }
}

/** The first page is shown at once, the others as they come. */
export async function reloadCameras(): Promise<void> {
  try {
    const found = new Map<number, Camera>();
    for (let page = 1, total = 1; found.size < total; page += 1) {
      const answer = await call('cameras.list', { page, itemsPerPage: PER_PAGE });
      total = answer.total;
      for (const camera of answer.items) found.set(camera.id, camera);
      if (known.peek() === undefined) known.value = new Map(found);
      if (answer.items.length === 0) break;
    }
    known.value = found;
    camerasFault.value = undefined;
  } catch (error) {
    camerasFault.value = refusalOf(error);
  }
}

/** What an answer has brought. */
function put(camera: Camera): void {
  known.value = new Map(known.peek()).set(camera.id, camera);
}

function drop(id: number): void {
  const left = new Map(known.peek());
  left.delete(id);
  known.value = left;
}
