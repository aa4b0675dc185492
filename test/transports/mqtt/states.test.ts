/** Pins the debounce of the retained state: up at once, down when it lasts; events are never delayed. */

import { beforeEach, describe, expect, it } from 'vitest';
import { createBus } from '../../../src/core/bus.ts';
import { type Cameras, createCameras } from '../../../src/core/cameras/cameras.ts';
import { CAMERAS } from '../../../src/core/cameras/records.ts';
import { ledAlone } from '../../../src/core/cluster/leadership.ts';
import { COLLECTIONS } from '../../../src/core/collections.ts';
import type { OutboundMessage } from '../../../src/core/ports.ts';
import { topicsOf } from '../../../src/protocol/topics.ts';
import { memoryStore } from '../../../src/store/memory-store.ts';
import { publishStates } from '../../../src/transports/mqtt/states.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';

describe('the retained state of a camera', () => {
  let clock: ManualClock;
  let cameras: Cameras;
  let sent: OutboundMessage[];
  let up: () => void;
  let stop: () => Promise<void>;
  let told: string[];
  const at = '2026-11-21T10:00:00.000Z';
  const states = () =>
    sent.filter(({ topic }) => topic === 'n/state/camera/1').map(({ payload }) => JSON.parse(String(payload)).ready);

  beforeEach(async () => {
    clock = manualClock();
    sent = [];
    const log = recordingLog();
    const store = memoryStore(COLLECTIONS);
    await store.commit((tx) =>
      tx.collection(CAMERAS).put({
        id: '1',
        credentialId: null,
        uid: 'u',
        room: 'r',
        name: 'Door',
        info: null,
        mtxPath: 'door',
        isEnabled: true,
        isPersistent: false,
        expiresAt: null,
        sourceType: 'publisher',
        sealedSourceUrl: null,
        createdAt: at,
        updatedAt: at,
      }),
    );
    const bus = createBus(log);
    told = [];
    bus.on('event', ({ event }) => told.push(event));
    cameras = createCameras(store, bus, clock, log);
    const link = {
      up: false,
      publish: async (message: OutboundMessage) => sent.push(message) > 0,
      onRequest: () => () => undefined,
      listen: () => () => undefined,
      beforeUp: () => () => undefined,
      onUp: (handler: () => void) => {
        up = handler;
        return () => undefined;
      },
      stopRequests: async () => undefined,
      close: async () => undefined,
    };
    const leadership = ledAlone(store);
    stop = publishStates({
      link,
      topics: topicsOf('n', 'plain'),
      bus,
      cameras,
      leadership,
      clock,
      log,
      downDelayMs: 10_000,
    });
  });

  it('does not flap with a feed that blinks, while every event is told', async () => {
    await cameras.observe('1', { kind: 'ready', at });
    await cameras.observe('1', { kind: 'notReady', at });
    clock.advance(9999);
    await cameras.observe('1', { kind: 'ready', at });
    clock.advance(60_000);
    expect(told).toEqual(['ready', 'notReady', 'ready']);
    expect(states()).toEqual([true, true]);
  });

  it('says down once it has lasted ten seconds', async () => {
    await cameras.observe('1', { kind: 'ready', at });
    await cameras.observe('1', { kind: 'notReady', at });
    clock.advance(9999);
    expect(states()).toEqual([true]);
    clock.advance(1);
    expect(states()).toEqual([true, false]);
  });

  it('follows at once what a person did by hand', async () => {
    await cameras.observe('1', { kind: 'ready', at });
    await cameras.observe('1', { kind: 'notReady', at }, true);
    expect(states()).toEqual([true, false]);
  });

  it('is told again whenever the broker is there again', () => {
    up();
    expect(states()).toEqual([false]);
  });

  it('leaves no timer behind when it is stopped', async () => {
    await cameras.observe('1', { kind: 'ready', at });
    await cameras.observe('1', { kind: 'notReady', at });
    expect(clock.waiting).toBe(1);
    await stop();
    expect(clock.waiting).toBe(0);
  });
});
