/** Pins whose picture is published, when it is renewed, and that none stays on the broker that should not. */

import { beforeEach, describe, expect, it } from 'vitest';
import { createBus } from '../../src/core/bus.ts';
import { createCameras } from '../../src/core/cameras/cameras.ts';
import type { CameraWays } from '../../src/core/cameras/live/ways.ts';
import type { Observation } from '../../src/core/cameras/observation.ts';
import { CAMERAS, type CameraRecord } from '../../src/core/cameras/records.ts';
import { COLLECTIONS } from '../../src/core/collections.ts';
import type { OutboundMessage } from '../../src/core/ports.ts';
import { ApiError } from '../../src/protocol/api-error.ts';
import { noSnapshot } from '../../src/protocol/entities/watching/snapshot.ts';
import { topicsOf } from '../../src/protocol/topics.ts';
import { type Pictures, publishPictures } from '../../src/snapshots/pictures.ts';
import { SHELVED_PICTURES } from '../../src/snapshots/shelf.ts';
import { memoryStore } from '../../src/store/memory-store.ts';
import { recordingLink } from '../support/brokers/recording-link.ts';
import { manualClock } from '../support/manual-clock.ts';
import { comesTrue } from '../support/patience.ts';
import { recordingLog } from '../support/recording-log.ts';

const AT = '2026-11-21T16:48:30.698Z';
const READY: Observation = { kind: 'ready', at: AT };
const NOT_READY: Observation = { kind: 'notReady', at: AT, absence: 'idle' };
const READER: Observation = { kind: 'read', at: AT, reader: { type: 'rtspSession', id: 'a' } };

function pictureSetting(store = memoryStore([...COLLECTIONS, SHELVED_PICTURES]), ways?: CameraWays) {
  const clock = manualClock();
  const log = recordingLog();
  const bus = createBus(log);
  const link = recordingLink();
  const cameras = createCameras(store, bus, clock, log, ways);
  const topics = topicsOf('n');
  const taken: string[] = [];
  const setting = {
    fault: undefined as Error | undefined,
    mostBytes: Number.POSITIVE_INFINITY,
    /** The connection goes while it is sent, and is there again. */
    isLost: false,
    take: async (id: string) => {
      taken.push(id);
      if (setting.fault) throw setting.fault;
      return Buffer.from(`picture ${taken.length} of ${id}`);
    },
  };
  const publish = async (message: OutboundMessage) => {
    if (message.payload.length > setting.mostBytes) throw new ApiError('internal', { message: 'too much' });
    return setting.isLost ? false : link.publish(message);
  };
  let pictures: Pictures | undefined;
  return {
    ...{ store, clock, log, bus, link, cameras, taken, setting },
    start(isDefault = false) {
      const take = (id: string) => setting.take(id);
      pictures = publishPictures({ take, publish, link, topics, isDefault, cameras, store, bus, clock, log });
      return pictures;
    },
    /** With what is asked for on the way. */
    async put(changes: Partial<CameraRecord> = {}, event: 'created' | 'updated' = 'created') {
      const camera = { ...CAMERA, ...changes };
      await store.commit((tx) => tx.collection(CAMERAS).put(camera));
      await cameras.change((_tx, tell) => tell(event, camera));
    },
    async remove() {
      await store.commit((tx) => tx.collection(CAMERAS).delete('1'));
      await cameras.change((_tx, tell) => tell('removed', CAMERA));
    },
    on: () => link.retained().get('n/snapshot/camera/1'),
  };
}

const CAMERA: CameraRecord = {
  id: '1',
  credentialId: null,
  uid: 'uid-1',
  room: 'Hall',
  name: 'Door',
  info: null,
  mtxPath: 'door',
  isEnabled: true,
  isPersistent: false,
  expiresAt: null,
  sourceType: 'publisher',
  sealedSourceUrl: null,
  createdAt: AT,
  updatedAt: AT,
};

let world: ReturnType<typeof pictureSetting>;
beforeEach(() => {
  world = pictureSetting();
});

/** What was begun before it is done by then: work here waits for promises alone. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

describe('a picture is published', () => {
  it('of no camera until somebody switches it on', async () => {
    const pictures = world.start();
    await world.put();
    await world.cameras.observe('1', READY);
    await settled();
    expect(world.taken).toEqual([]);
    await expect(pictures.renew('1')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('retained, as the feed becomes ready, of a camera that wants it or of all that do not say no', async () => {
    for (const [isDefault, snapshots, count] of [
      [false, true, 1],
      [true, undefined, 1],
      [true, false, 0],
    ] as const) {
      world = pictureSetting();
      world.start(isDefault);
      await world.put({ ...(snapshots === undefined ? {} : { snapshots }) });
      await world.cameras.observe('1', READY);
      await settled();
      const pictures = world.link.sent.filter(({ topic }) => topic === 'n/snapshot/camera/1');
      expect(pictures).toHaveLength(count);
      for (const { retain, qos } of pictures) expect([retain, qos]).toEqual([true, 1]);
    }
  });

  it('as soon as it is switched on, where the feed is ready then', async () => {
    world.start();
    await world.put();
    await world.cameras.observe('1', READY);
    await world.put({ snapshots: true }, 'updated');
    await comesTrue(async () => expect(world.on()).toBe('picture 1 of 1'));
    await world.put({ snapshots: true, name: 'Gate' }, 'updated');
    await settled();
    expect(world.taken).toHaveLength(1);
  });

  it('again each time the feed comes back, and stays while it is away', async () => {
    world.start(true);
    await world.put();
    await world.cameras.observe('1', READY);
    await comesTrue(async () => expect(world.on()).toBe('picture 1 of 1'));
    await world.cameras.observe('1', NOT_READY);
    await settled();
    expect(world.on()).toBe('picture 1 of 1');
    await world.cameras.observe('1', READY);
    await comesTrue(async () => expect(world.on()).toBe('picture 2 of 1'));
  });

  it('by the clock where the camera has an interval, while its feed is ready', async () => {
    world.start(true);
    await world.put({ snapshotInterval: 60 });
    await world.cameras.observe('1', READY);
    await comesTrue(async () => expect(world.taken).toHaveLength(1));
    world.clock.advance(59_999);
    await settled();
    expect(world.taken).toHaveLength(1);
    world.clock.advance(1);
    await comesTrue(async () => expect(world.on()).toBe('picture 2 of 1'));
    await world.cameras.observe('1', NOT_READY);
    world.clock.advance(600_000);
    await settled();
    expect(world.taken).toHaveLength(2);
  });

  it('by the clock of a camera that comes on demand only while somebody reads it', async () => {
    world.start(true);
    await world.put({ snapshotInterval: 10 });
    await world.cameras.observe('1', { kind: 'ready', at: AT, onDemand: true });
    await comesTrue(async () => expect(world.taken).toHaveLength(1));
    world.clock.advance(60_000);
    await settled();
    expect(world.taken).toHaveLength(1);
    await world.cameras.observe('1', READER);
    world.clock.advance(10_000);
    await comesTrue(async () => expect(world.taken).toHaveLength(2));
  });

  it('when somebody asks, also of a camera that must be woken for it', async () => {
    const pictures = world.start(true);
    await world.put();
    await pictures.renew('1');
    expect(world.on()).toBe('picture 1 of 1');
    world.setting.fault = noSnapshot('unreachable');
    await expect(pictures.renew('1')).rejects.toMatchObject({ code: 'no_snapshot' });
    expect(world.on()).toBe('picture 1 of 1');
  });

  it('once when somebody asks for that of a sleeping camera, which becomes ready for it', async () => {
    const pictures = world.start(true);
    await world.put();
    world.setting.take = async (id) => {
      world.taken.push(id);
      await world.cameras.observe('1', { kind: 'ready', at: AT, onDemand: true });
      return Buffer.from('awake');
    };
    await pictures.renew('1');
    await settled();
    expect(world.on()).toBe('awake');
    expect(world.taken).toEqual(['1']);
    expect(world.link.sent.filter(({ topic }) => topic === 'n/snapshot/camera/1')).toHaveLength(1);
  });

  it('is not said to be while no broker has it', async () => {
    const pictures = world.start(true);
    await world.put();
    world.setting.isLost = true;
    await expect(pictures.renew('1')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('broker'),
    });
    world.setting.isLost = false;
    await pictures.renew('1');
    expect(world.on()).toBe('picture 2 of 1');
  });

  it('after a restart as soon as the feed was seen to be ready, and not because it was so before', async () => {
    await world.put();
    await world.cameras.observe('1', READY);
    const later = pictureSetting(world.store, { firstSight: () => 'feed', isWatched: () => true });
    later.start(true);
    await settled();
    expect(later.taken).toEqual([]);
    await later.cameras.observe('1', READY);
    await comesTrue(async () => expect(later.on()).toBe('picture 1 of 1'));
  });

  it('again when the broker is back, which may have forgotten it', async () => {
    world.start(true);
    await world.put();
    await world.cameras.observe('1', READY);
    await comesTrue(async () => expect(world.taken).toHaveLength(1));
    world.link.turn(false);
    world.link.turn(true);
    await comesTrue(async () => expect(world.on()).toBe('picture 2 of 1'));
  });
});

describe('what is not published is said once:', () => {
  it('that there is none, until one comes', async () => {
    world.start(true);
    await world.put({ snapshotInterval: 10 });
    world.setting.fault = noSnapshot('timed_out');
    await world.cameras.observe('1', READY);
    const said = () => world.log.lines.filter(({ level }) => level === 'warn');
    await comesTrue(async () => expect(said()).toHaveLength(1));
    expect(said()[0]).toMatchObject({ fields: { cameraId: '1', reason: expect.stringContaining('came in time') } });
    world.clock.advance(10_000);
    await comesTrue(async () => expect(world.taken).toHaveLength(2));
    await settled();
    expect(said()).toHaveLength(1);
  });

  it('that it is larger than what the broker takes', async () => {
    const pictures = world.start(true);
    await world.put();
    world.setting.mostBytes = 5;
    await world.cameras.observe('1', READY);
    await comesTrue(async () => expect(world.taken).toHaveLength(1));
    await settled();
    expect(world.on()).toBeUndefined();
    await expect(pictures.renew('1')).rejects.toMatchObject({ details: [{ type: 'snapshot.too_large' }] });
    expect(world.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });
});

describe('a picture is taken away', () => {
  beforeEach(async () => {
    world.start(true);
    await world.put();
    await world.cameras.observe('1', READY);
    await comesTrue(async () => expect(world.on()).toBe('picture 1 of 1'));
  });

  it.each([
    ['disabled', { isEnabled: false }],
    ['told to show none', { snapshots: false }],
  ])('from a camera that is %s', async (_what, changes) => {
    await world.put(changes, 'updated');
    await comesTrue(async () => expect(world.on()).toBeUndefined());
    expect(world.store.collection(SHELVED_PICTURES).size).toBe(0);
  });

  it('with its camera', async () => {
    await world.remove();
    await comesTrue(async () => expect(world.on()).toBeUndefined());
  });

  it('when the camera went while the service was down, and when pictures are switched off for all', async () => {
    const later = pictureSetting(world.store);
    later.start(false);
    await comesTrue(async () => expect(later.link.sent).toMatchObject([{ topic: 'n/snapshot/camera/1', payload: '' }]));
    await comesTrue(async () => expect(later.store.collection(SHELVED_PICTURES).size).toBe(0));
  });

  it('as soon as the broker is there again, if it was not', async () => {
    world.link.turn(false);
    await world.remove();
    await settled();
    expect(world.on()).toBe('picture 1 of 1');
    world.link.turn(true);
    await comesTrue(async () => expect(world.on()).toBeUndefined());
  });

  it('again, if the broker did not say that it is gone', async () => {
    world.setting.isLost = true;
    await world.remove();
    await settled();
    expect(world.store.collection(SHELVED_PICTURES).size).toBe(1);
    world.setting.isLost = false;
    world.link.turn(true);
    await comesTrue(async () => expect(world.on()).toBeUndefined());
    await comesTrue(async () => expect(world.store.collection(SHELVED_PICTURES).size).toBe(0));
  });

  it('and one that was being taken is not published after that', async () => {
    let come = (_picture: Buffer<ArrayBuffer>) => {};
    world.setting.take = () => new Promise((resolve) => (come = resolve));
    await world.cameras.observe('1', NOT_READY);
    await world.cameras.observe('1', READY);
    await world.remove();
    come(Buffer.from('late'));
    await settled();
    expect(world.on()).toBeUndefined();
    expect(world.store.collection(SHELVED_PICTURES).size).toBe(0);
  });
});
