/** Owns the last day of all cameras: when each was down, and when nobody could see it. Asked for again when one falls or comes back. */

import { signal } from '@preact/signals';
import type { OutageInfo } from '../../../protocol/entities/outage.ts';
import { call } from '../api.ts';
import { nowMs } from '../clock.ts';
import { onConnect, onEvent } from '../live.ts';
import { token } from '../session.ts';
import { may } from '../status.ts';

export const DAY_MS = 24 * 60 * 60 * 1000;
const PER_PAGE = 1000;
const GATHER_MS = 1000;

/** By camera, the latest first; undefined before the first answer, and where the service keeps none. */
export const lastDay = signal<ReadonlyMap<number, readonly OutageInfo[]> | undefined>(undefined);

export function watchOutages(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const reload = () => {
    clearTimeout(timer);
    timer = setTimeout(() => void load(), GATHER_MS);
  };
  onConnect(() => void load());
  onEvent(({ domain, event }) => {
    if (domain === 'source' || event === 'offline' || event === 'online') reload();
  });
  token.subscribe(() => {
    lastDay.value = undefined;
  });
}

/** What a camera suffers at the moment. */
export function lastingOutage(cameraId: number): OutageInfo | undefined {
  return lastDay.value?.get(cameraId)?.find(({ until }) => until === null);
}

async function load(): Promise<void> {
  if (!may('outages', 'list')) return;
  const found = new Map<number, OutageInfo[]>();
  try {
    const from = new Date(nowMs() - DAY_MS).toISOString();
    for (let page = 1, seen = 0, total = 1; seen < total; page += 1) {
      const answer = await call('outages.list', { from, page, itemsPerPage: PER_PAGE });
      total = answer.total;
      seen += answer.items.length;
      for (const outage of answer.items) found.set(outage.camera, [...(found.get(outage.camera) ?? []), outage]);
      if (answer.items.length === 0) break;
    }
    lastDay.value = found;
  } catch {
    // A line that is missing says as much; the cameras themselves are told of elsewhere.
  }
}
