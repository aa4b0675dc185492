/** Owns the live state of all cameras: feeds observations through the reducer, numbers what comes of it, and tells the bus. */

import type { BridgeEvent, CameraEventName, CameraState } from '../../protocol/events.ts';
import type { Bus } from '../bus.ts';
import type { Clock, Log } from '../ports.ts';
import type { Store } from '../store.ts';
import { isoZulu } from '../wire-time.ts';
import { CAMERA_STATES, CAMERAS, type CameraRecord, type CameraStateRecord } from './records.ts';
import { type CameraFacts, type Observation, readerKey, reduce, type Transition, UNSEEN } from './state.ts';

export interface Cameras {
  facts(cameraId: string): CameraFacts;
  /**
   * Applies an observation. Resolves with the events it made, when they are durable and published, in order per camera.
   * @param deliberate a person made it: the retained state follows at once instead of debounced
   */
  observe(
    cameraId: string,
    seen: Observation,
    deliberate?: boolean,
  ): Promise<{ events: CameraEventName[]; seq: number }>;
  /** Tells that a camera was created, updated or removed; called after the change is durable. */
  changed(event: 'created' | 'updated' | 'removed', camera: CameraRecord): Promise<void>;
  /**
   * Nothing can be known of any camera for this reason: every state says not ready, until null uncovers what is known.
   * No feed has changed by it, so there are no events.
   */
  cover(reason: string | null): Promise<void>;
  /** The state of every camera, for publishing it again. */
  states(): { cameraId: number; state: CameraState }[];
}

interface Live {
  facts: CameraFacts;
  seq: number;
}

export function createCameras(store: Store, bus: Bus, clock: Clock, log: Log): Cameras {
  const records = store.collection(CAMERAS);
  const live = new Map<string, Live>();
  let covered: { readonly reason: string; readonly since: string } | null = null;
  for (const saved of store.collection(CAMERA_STATES).values()) live.set(saved.id, restored(saved));

  const liveOf = (id: string): Live => live.get(id) ?? { facts: UNSEEN, seq: 0 };

  function stateOf(id: string, { facts, seq }: Live): CameraState {
    const { ready, demanded, readers, since, reason } = { ...facts, ...(covered && { ready: false, ...covered }) };
    return { ready, demanded, readers: readers.size, since, reason, path: records.get(id)?.mtxPath ?? null, seq };
  }

  function eventsOf(
    camera: CameraRecord,
    transitions: readonly Transition[],
    firstSeq: number,
    at: string,
  ): BridgeEvent[] {
    return transitions.map(({ event, details }, index) => ({
      domain: 'camera',
      event,
      entity: Number(camera.id),
      details: { ...eventDetails(camera, event), ...details, seq: firstSeq + index },
      at,
    }));
  }

  async function save(id: string, { facts, seq }: Live): Promise<void> {
    const { ready, demanded, since, reason } = facts;
    const readers = facts.readers.size === 0 ? {} : { readers: [...facts.readers.values()] };
    try {
      await store.commit((tx) =>
        tx.collection(CAMERA_STATES).put({ id, ready, demanded, since, reason, seq, ...readers }),
      );
    } catch (error) {
      // People must learn that a camera is down even when the disk is full.
      log.error({ err: error, cameraId: id }, 'the state of a camera could not be saved');
    }
  }

  async function advance(
    camera: CameraRecord,
    facts: CameraFacts,
    transitions: readonly Transition[],
    at: string,
    deliberate: boolean,
  ): Promise<number> {
    const before = liveOf(camera.id);
    const seq = before.seq + Math.max(1, transitions.length);
    const next = { facts, seq };
    live.set(camera.id, next);
    // Commits finish in the order they were asked for, so events leave in order too.
    await save(camera.id, next);
    for (const event of eventsOf(camera, transitions, before.seq + 1, at)) bus.emit('event', event);
    if (live.has(camera.id)) {
      bus.emit('cameraState', { cameraId: Number(camera.id), state: stateOf(camera.id, next), deliberate });
    }
    return seq;
  }

  return {
    facts: (id) => liveOf(id).facts,
    async observe(id, seen, deliberate = false) {
      const camera = records.get(id);
      const before = liveOf(id);
      if (!camera) return { events: [], seq: before.seq };
      const { facts, transitions } = reduce(before.facts, seen);
      if (facts === before.facts) return { events: [], seq: before.seq };
      const seq = await advance(camera, facts, transitions, seen.at, deliberate);
      return { events: transitions.map(({ event }) => event), seq };
    },
    async changed(event, camera) {
      const at = isoZulu(clock.now());
      if (event !== 'removed') {
        await advance(camera, liveOf(camera.id).facts, [{ event, details: {} }], at, true);
        return;
      }
      const { seq } = liveOf(camera.id);
      live.delete(camera.id);
      await store.commit((tx) => tx.collection(CAMERA_STATES).delete(camera.id));
      for (const gone of eventsOf(camera, [{ event, details: {} }], seq + 1, at)) bus.emit('event', gone);
      bus.emit('cameraState', { cameraId: Number(camera.id), state: null, deliberate: true });
    },
    async cover(reason) {
      if (reason === (covered?.reason ?? null)) return;
      const at = isoZulu(clock.now());
      covered = reason === null ? null : { reason, since: at };
      await Promise.all([...records.values()].map((camera) => advance(camera, liveOf(camera.id).facts, [], at, true)));
    },
    states: () => [...records.values()].map(({ id }) => ({ cameraId: Number(id), state: stateOf(id, liveOf(id)) })),
  };
}

function restored({ ready, demanded, since, reason, seq, readers = [] }: CameraStateRecord): Live {
  const byKey = new Map(readers.map((reader) => [readerKey(reader), reader]));
  return { facts: { ready, demanded, readers: byKey, since, reason }, seq };
}

/** The keys upstream puts into an event's details (contract 2.6). */
function eventDetails(camera: CameraRecord, event: CameraEventName): object {
  const { name, isEnabled, mtxPath } = camera;
  if (event === 'extended' || event === 'failed-extension') return { name };
  const common = { name, enabled: isEnabled, path: mtxPath, query: '' };
  return event === 'ready' || event === 'notReady' ? { ...common, sourceType: '', sourceId: '' } : common;
}
