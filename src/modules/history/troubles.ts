/** Owns the `troubles` module, ours: when parts of the service were not as they should be. */

import type { TroubleRecord, Troubles } from '../../core/happened/troubles.ts';
import { listPage, type Page } from '../../core/paging.ts';
import type { Clock } from '../../core/ports.ts';
import type { Call, Module } from '../../core/requests/registry.ts';
import { isoZulu } from '../../core/wire-time.ts';
import { pageOf } from '../../protocol/entities/page.ts';
import { TROUBLE, type Trouble } from '../../protocol/entities/system/troubles.ts';
import { fits, textOf } from '../filters.ts';

export function troublesModule(troubles: Troubles, clock: Clock): Module {
  function list({ payload }: Call): Page<Trouble> {
    const nowMs = clock.now();
    const part = textOf(payload['part']);
    return listPage(payload, {
      rows: [...troubles.all()].filter((record) => fits(part, record.part)),
      // The latest first.
      id: ({ fromMs }) => fromMs,
      searched: (record) => [record.part, record.reason ?? ''],
      present: (record) => troubleObject(record, nowMs),
    });
  }

  return {
    name: 'troubles',
    summary: 'See when parts of the service were not as they should be',
    operations: { list: { summary: 'Search and list what was wrong', result: pageOf(TROUBLE), run: list } },
  };
}

function troubleObject({ id, part, kind, reason, fromMs, toMs }: TroubleRecord, nowMs: number): Trouble {
  return {
    id,
    part,
    kind,
    reason,
    from: isoZulu(fromMs),
    until: toMs === null ? null : isoZulu(toMs),
    seconds: Math.max(0, Math.floor(((toMs ?? nowMs) - fromMs) / 1000)),
  };
}
