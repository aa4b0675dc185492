/** Owns the `outages` module, ours: when cameras were down, when we were blind to them, and, where one asks, when nobody wanted them. */

import { CAMERAS } from '../../core/cameras/records.ts';
import type { History } from '../../core/outages/history.ts';
import type { Outage } from '../../core/outages/outage.ts';
import { listPage, type Page } from '../../core/paging.ts';
import type { Clock } from '../../core/ports.ts';
import type { Call, Module } from '../../core/requests/registry.ts';
import type { Store } from '../../core/store.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { OUTAGE, type OutageInfo } from '../../protocol/entities/outage.ts';
import { pageOf } from '../../protocol/entities/page.ts';
import type { JsonObject } from '../../protocol/envelope.ts';
import { fits, momentOf, textOf } from '../filters.ts';

interface Ports {
  readonly store: Store;
  readonly clock: Clock;
  readonly history: Pick<History, 'outages'>;
}

export function outagesModule({ store, clock, history }: Ports): Module {
  const cameras = store.collection(CAMERAS);

  function list({ payload }: Call): Page<OutageInfo> {
    const nowMs = clock.now();
    const isAsked = filterOf(payload, nowMs);
    const rows = [...history.outages(payload['kind'] === 'idle')].flatMap((outage) => {
      const camera = cameras.get(outage.cameraId);
      const row = camera && { outage, name: camera.name, room: camera.room };
      return row && isAsked(row) ? [row] : [];
    });
    return listPage(payload, {
      rows,
      // The latest first, of all cameras.
      id: ({ outage }) => outage.fromMs,
      searched: ({ outage, name, room }) => [name, room, outage.reason ?? ''],
      present: (row) => outageObject(row, nowMs),
    });
  }

  return {
    name: 'outages',
    summary: 'See when cameras were down, and when nobody could see them',
    operations: { list: { summary: 'Search and list outages', result: pageOf(OUTAGE), run: list } },
  };
}

interface Row {
  readonly outage: Outage;
  readonly name: string;
  readonly room: string;
}

function filterOf(payload: JsonObject, nowMs: number): (row: Row) => boolean {
  const [camera, room, kind, reason] = ['camera', 'room', 'kind', 'reason'].map((key) => textOf(payload[key]));
  const fromMs = momentOf(payload['from'], Number.NEGATIVE_INFINITY);
  const untilMs = momentOf(payload['until'], Number.POSITIVE_INFINITY);
  return ({ outage, room: ownRoom }) =>
    fits(camera, outage.cameraId) &&
    fits(room, ownRoom) &&
    fits(kind, outage.kind) &&
    fits(reason, outage.reason) &&
    outage.fromMs < untilMs &&
    (outage.toMs ?? nowMs) >= fromMs;
}

function outageObject({ outage, name, room }: Row, nowMs: number): OutageInfo {
  const { id, cameraId, kind, reason, fromMs, toMs, fellMs } = outage;
  return {
    id,
    camera: Number(cameraId),
    name,
    room,
    kind,
    reason,
    from: isoZulu(fromMs),
    until: toMs === null ? null : isoZulu(toMs),
    seconds: Math.max(0, Math.floor(((toMs ?? nowMs) - fromMs) / 1000)),
    since: fellMs === null ? null : isoZulu(fellMs),
  };
}
