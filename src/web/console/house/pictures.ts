/** Owns the last picture of each camera: when it was taken, and the picture itself once it is about to be seen. Wakes no camera. */

import { signal } from '@preact/signals';
import { call, download } from '../api.ts';
import { onConnect, onEvent } from '../live.ts';
import { token } from '../session.ts';
import { may } from '../status.ts';

interface Picture {
  readonly at: string;
  readonly url: string;
}

const PER_PAGE = 1000;
const REFRESH_MS = 30_000;
/** After a feed came, its picture is taken. */
const TAKEN_MS = 4000;

/** When the last one of each camera was taken; undefined before the first answer. */
const takenAt = signal<ReadonlyMap<number, string> | undefined>(undefined);
const pictures = signal<ReadonlyMap<number, Picture>>(new Map());
const asked = new Set<string>();

export function watchPictures(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void look().finally(() => soon(REFRESH_MS)), ms);
  };
  onConnect(() => soon(0));
  onEvent(({ domain, event }) => {
    if (domain === 'camera' && event === 'ready') soon(TAKEN_MS);
  });
  token.subscribe(() => {
    clearTimeout(timer);
    for (const { url } of pictures.peek().values()) URL.revokeObjectURL(url);
    pictures.value = new Map();
    takenAt.value = undefined;
  });
}

/** To be asked for where it is seen: it is fetched once, and again when there is a newer one. */
export function pictureOf(cameraId: number): Picture | undefined {
  const at = takenAt.value?.get(cameraId);
  const known = pictures.value.get(cameraId);
  if (at !== undefined && at !== known?.at) void fetchPicture(cameraId, at);
  return at === undefined ? undefined : known;
}

/** A page that nobody sees asks nothing. */
async function look(): Promise<void> {
  if (!document.hidden) await reloadPictures();
}

async function fetchPicture(cameraId: number, at: string): Promise<void> {
  const key = `${cameraId} ${at}`;
  if (asked.has(key)) return;
  asked.add(key);
  try {
    const url = URL.createObjectURL(await download(`api/cameras/${cameraId}/snapshot/last`));
    const before = pictures.peek().get(cameraId);
    pictures.value = new Map(pictures.peek()).set(cameraId, { at, url });
    if (before) URL.revokeObjectURL(before.url);
  } catch {
    // It is not kept any more: the next list says so.
  }
}

/** One was taken here just now. */
export async function reloadPictures(): Promise<void> {
  if (!may('snapshots', 'list')) return;
  try {
    const found = new Map<number, string>();
    for (let page = 1, total = 1; found.size < total; page += 1) {
      const answer = await call('snapshots.list', { page, itemsPerPage: PER_PAGE });
      if (answer.items.length === 0) break;
      total = answer.total;
      for (const { camera, at } of answer.items) found.set(camera, at);
    }
    takenAt.value = found;
  } catch {
    // What is shown has its age; that the service does not answer is said elsewhere.
  }
}
