/** Pins what `events.list` answers: the latest events as they were told, by what is asked for, over restarts and not without end. */

import { beforeEach, describe, expect, it } from 'vitest';
import { type Bus, createBus } from '../../src/core/bus.ts';
import { createCameras } from '../../src/core/cameras/cameras.ts';
import { CAMERAS } from '../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import { keepEvents } from '../../src/core/happened/outbox.ts';
import { PAST_EVENTS } from '../../src/core/happened/past-events.ts';
import type { Store } from '../../src/core/store.ts';
import { eventsModule } from '../../src/modules/history/events.ts';
import type { BridgeEvent } from '../../src/protocol/events.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { camera } from '../core/outages/setting.ts';
import { type ModuleApi, moduleApi } from '../support/api/modules.ts';
import { manualClock } from '../support/manual-clock.ts';
import { recordingLog } from '../support/recording-log.ts';

let store: Store;
let bus: Bus;
let api: ModuleApi;

beforeEach(async () => {
  store = memoryStore(COLLECTIONS);
  const log = recordingLog();
  const clock = manualClock('2026-11-21T10:00:00.000Z');
  bus = createBus(log);
  api = moduleApi(eventsModule({ store, clock, cameras: createCameras(store, bus, clock, log) }));
  await store.commit((tx) => tx.collection(CAMERAS).put(camera('1')));
});

const at = (minute: number) => `2026-11-21T10:${String(minute).padStart(2, '0')}:00.000Z`;
const event = (minute: number, change: Partial<BridgeEvent> = {}) => {
  const usual = { domain: 'camera', event: 'ready', entity: 1, details: { name: 'Camera 1', seq: minute } } as const;
  return { ...usual, at: at(minute), ...change } as BridgeEvent;
};
const tell = (...events: BridgeEvent[]) => store.commit((tx) => keepEvents(tx, events));

interface Listed {
  readonly total: number;
  readonly items: readonly { id: number; event: string; at: string }[];
}
const listed = async (payload: object = {}) =>
  (await api.value({ command: 'list', module: 'events', payload: { ...payload }, token: 'user' })) as Listed;
const minutes = async (payload: object) => (await listed(payload)).items.map((one) => Number(one.at.slice(14, 16)));

describe('events.list', () => {
  it('has the last event first, word for word as it was told, with a number that rises', async () => {
    const told: BridgeEvent[] = [];
    bus.on('event', ({ keptAs: _, ...one }) => told.push(one));
    const emit = (name: string) => ({ domain: 'camera', entity: 1, event: name });
    await api.value({ command: 'create', module: 'events', payload: emit('ready') });
    await api.value({ command: 'create', module: 'events', payload: emit('motion') });
    const { total, items } = await listed();
    expect(total).toBe(2);
    expect(items.map(({ id: _, ...rest }) => rest)).toEqual(told.reverse());
    expect(items.map(({ id }) => id)).toEqual([2, 1]);
  });

  it('goes by domain, entity and event, under the name that NestMTX sends, too', async () => {
    await tell(
      event(1),
      event(2, { event: 'unDemand', entity: 2 }),
      event(3, { domain: 'source', event: 'offline', entity: null, details: { source: 'mediamtx' } }),
      event(4, { event: 'offline' }),
    );
    expect(await minutes({ domain: 'source' })).toEqual([3]);
    expect(await minutes({ entity: 2 })).toEqual([2]);
    expect(await minutes({ entity: '1' })).toEqual([4, 1]);
    expect(await minutes({ event: 'offline' })).toEqual([4, 3]);
    expect(await minutes({ event: 'undemand' })).toEqual([2]);
    expect(await minutes({ event: 'offline', domain: 'camera' })).toEqual([4]);
    expect(await minutes({ search: 'MEDIAMTX' })).toEqual([3]);
    expect(await minutes({ domain: true, entity: null })).toEqual([4, 3, 2, 1]);
  });

  it('goes by time: from a moment on, and before another', async () => {
    await tell(...[1, 2, 3, 4].map((minute) => event(minute)));
    expect(await minutes({ from: at(3) })).toEqual([4, 3]);
    expect(await minutes({ until: at(3) })).toEqual([2, 1]);
    expect(await minutes({ from: at(2), until: at(3) })).toEqual([2]);
    expect(await minutes({ from: 'yesterday' })).toEqual([4, 3, 2, 1]);
  });

  it('comes in pages', async () => {
    await tell(...[1, 2, 3, 4, 5].map((minute) => event(minute)));
    expect(await minutes({ page: 2, itemsPerPage: 2 })).toEqual([3, 2]);
    expect(await minutes({ sortBy: 'at' })).toEqual([1, 2, 3, 4, 5]);
  });

  it('has the last 2,000, whatever a broker has taken meanwhile', async () => {
    for (let round = 0; round < 21; round += 1) await tell(...Array.from({ length: 100 }, () => event(round)));
    const { total, items } = await listed({ sortBy: 'id', itemsPerPage: 1 });
    expect(total).toBe(2000);
    expect(items).toMatchObject([{ id: 101, at: at(1) }]);
    expect(store.collection(PAST_EVENTS).size).toBe(2000);
  });

  it('is for whoever may read cameras', async () => {
    expect((await api.error({ command: 'list', module: 'events', token: 'nobody' })).code).toBe('unauthorized');
  });
});
