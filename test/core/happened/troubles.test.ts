/** Pins what is remembered of parts of the service that were not well: since when, until when, over restarts and failed writes, and how it is listed. */

import { beforeEach, describe, expect, it } from 'vitest';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import { createTroubles, TROUBLES } from '../../../src/core/happened/troubles.ts';
import type { Store } from '../../../src/core/store.ts';
import { troublesModule } from '../../../src/modules/history/troubles.ts';
import type { Check } from '../../../src/protocol/entities/health.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { moduleApi } from '../../support/api/modules.ts';
import { storesOnOneLog } from '../../support/cluster/one-log.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';

const WELL: Check = { healthy: true };
const AWAY: Check = { healthy: null, meta: { reason: 'unreachable' } };
const LOOK_MS = 10_000;

let clock: ReturnType<typeof manualClock>;
let store: Store;
let mqtt: Check;
let stop: () => void;
let api: ReturnType<typeof moduleApi>;

beforeEach(() => {
  clock = manualClock('2026-11-21T10:00:00.000Z');
  store = memoryStore(COLLECTIONS);
  mqtt = WELL;
  start();
});

function start(): void {
  const troubles = createTroubles({ store, clock, log: recordingLog() }, { mqtt: () => mqtt, disk: () => WELL });
  stop = troubles.start();
  api = moduleApi(troublesModule(troubles, clock));
}

function become(check: Check): void {
  mqtt = check;
  clock.advance(LOOK_MS);
}

async function listed(payload: object = {}) {
  const page = await api.value({ command: 'list', module: 'troubles', payload: { ...payload }, token: 'admin' });
  return page as { total: number; items: Record<string, unknown>[] };
}

describe('what is not well', () => {
  it('is listed since when, until when and why; a well part is not', async () => {
    become(AWAY);
    expect((await listed()).items).toEqual([
      {
        ...{ id: `mqtt-${clock.now()}`, part: 'mqtt', kind: 'degraded', reason: 'unreachable' },
        ...{ from: '2026-11-21T10:00:10.000Z', until: null, seconds: 0 },
      },
    ]);
    clock.advance(3 * LOOK_MS);
    become(WELL);
    clock.advance(LOOK_MS);
    expect(await listed()).toMatchObject({ total: 1, items: [{ until: '2026-11-21T10:00:50.000Z', seconds: 40 }] });
    expect(await listed({ part: 'disk' })).toMatchObject({ total: 0 });
  });

  it('is another thing when its reason is another', async () => {
    become(AWAY);
    become({ healthy: null, meta: { reason: 'refused' } });
    become({ healthy: false, meta: { reason: 'refused' } });
    const { items } = await listed();
    expect(items.map(({ kind, reason, until }) => [kind, reason, until])).toEqual([
      ['failed', 'refused', null],
      ['degraded', 'refused', '2026-11-21T10:00:30.000Z'],
      ['degraded', 'unreachable', '2026-11-21T10:00:20.000Z'],
    ]);
  });

  it('lasts over a restart, and ends when the next service finds it well', async () => {
    become(AWAY);
    await new Promise(setImmediate);
    stop();
    clock.advance(6 * LOOK_MS);
    start();
    clock.advance(LOOK_MS);
    expect(await listed()).toMatchObject({ total: 1, items: [{ from: '2026-11-21T10:00:10.000Z', until: null }] });
    become(WELL);
    expect(await listed()).toMatchObject({ total: 1, items: [{ until: '2026-11-21T10:01:30.000Z' }] });
  });

  it('is kept as soon as the store takes it, when the store was what failed', async () => {
    const { commit } = store;
    store = { ...store, commit: () => Promise.reject(new Error('disk full')) };
    stop();
    start();
    become(AWAY);
    await Promise.resolve();
    expect(await listed()).toMatchObject({ total: 1 });
    expect(store.collection(TROUBLES).size).toBe(0);
    Object.assign(store, { commit });
    await new Promise(setImmediate);
    clock.advance(LOOK_MS);
    await new Promise(setImmediate);
    expect([...store.collection(TROUBLES).values()]).toMatchObject([{ part: 'mqtt', toMs: null }]);
  });

  it('is not kept without end: the oldest goes', async () => {
    for (let times = 0; times < 250; times += 1) {
      become(AWAY);
      become(WELL);
    }
    await new Promise(setImmediate);
    expect((await listed()).total).toBe(200);
    expect(store.collection(TROUBLES).size).toBe(200);
  });
});

it('is known to every bridge of a cluster, of which one looks', async () => {
  const open = storesOnOneLog([TROUBLES]);
  const [ours, other] = [await open(), await open()];
  const looking = createTroubles({ store: ours, clock, log: recordingLog() }, { mqtt: () => AWAY });
  const shown = createTroubles({ store: other, clock, log: recordingLog() }, { mqtt: () => AWAY });
  const end = looking.start();
  clock.advance(LOOK_MS);
  await new Promise((resolve) => setImmediate(resolve));
  expect([...shown.all()]).toEqual([...looking.all()]);
  expect([...shown.all()]).toMatchObject([{ part: 'mqtt', toMs: null }]);
  end();
});
