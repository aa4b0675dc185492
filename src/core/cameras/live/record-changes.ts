/**
 * Owns that a change of camera records is told in the commit that makes it: both are durable, or neither. Whoever sees something of these
 * cameras meanwhile waits until it is known what they are.
 */

import type { CameraEventName } from '../../../protocol/events.ts';
import type { ToldEvent } from '../../bus.ts';
import { keepEvents } from '../../happened/outbox.ts';
import type { Store, Transaction } from '../../store.ts';
import type { CameraFacts } from '../facts.ts';
import { CAMERA_STATES, type CameraRecord } from '../records.ts';
import { reduce } from '../state.ts';
import { eventsOf } from '../told.ts';
import { type Live, type Meaning, noteStep, stepFrom } from './step.ts';
import type { SharedCameras } from './ways.ts';

type RecordEvent = Extract<CameraEventName, 'created' | 'updated' | 'removed'>;
/** Called within the transaction, when the record is as it shall be. */
export type TellChange = (event: RecordEvent, camera: CameraRecord) => void;

export interface RecordChange {
  readonly camera: CameraRecord;
  /** Undefined: it is gone. */
  readonly next: Live | undefined;
  readonly told: readonly ToldEvent[];
}

interface Parts {
  readonly store: Store;
  readonly shared: SharedCameras | undefined;
  readonly liveOf: (id: string) => Live;
  readonly basisOf: (camera: CameraRecord) => string;
  readonly isQuiet: (camera: CameraRecord) => boolean;
  /** It is durable. */
  readonly made: (change: RecordChange) => void;
}

export interface RecordChanges {
  make<T>(at: string, work: (tx: Transaction, tell: TellChange) => T): Promise<T>;
  /** While the record of a camera is being changed: resolves when it is, or stays as it is. */
  underWay(id: string): Promise<unknown> | undefined;
}

export function createRecordChanges({ store, shared, liveOf, basisOf, isQuiet, made }: Parts): RecordChanges {
  const underWay = new Map<string, { readonly next: Live | undefined; readonly done: Promise<unknown> }>();

  function note(tx: Transaction, event: RecordEvent, camera: CameraRecord, before: Live, at: string): RecordChange {
    const meaning: Meaning = {
      camera,
      think: (facts: CameraFacts) => {
        const isAnother = basisOf(camera) !== before.basis;
        const now = isAnother ? reduce(facts, { kind: 'reset', at }) : { facts, transitions: [] };
        return { facts: now.facts, transitions: [{ event, details: {} }, ...now.transitions] };
      },
      ...{ at, deliberate: true, isQuiet: isQuiet(camera) },
    };
    if (event === 'removed') return { camera, next: undefined, told: noteRemoved(tx, camera, before, at) };
    const first = stepFrom({ ...before, basis: basisOf(camera) }, meaning);
    const { step, told } = noteStep(tx, first, meaning, shared);
    return { camera, next: step.next, told };
  }

  function noteRemoved(tx: Transaction, camera: CameraRecord, before: Live, at: string): readonly ToldEvent[] {
    const rows = tx.collection(CAMERA_STATES);
    const seq = shared ? (rows.get(camera.id)?.seq ?? before.seq) : before.seq;
    rows.delete(camera.id);
    const telling = { firstSeq: seq + 1, at, isQuiet: false, epoch: shared?.epoch(tx) };
    return keepEvents(tx, eventsOf(camera, [{ event: 'removed', details: {} }], telling));
  }

  return {
    async make(at, work) {
      const befores = new Map<string, Live>();
      let changes: RecordChange[] = [];
      const done = store.commit((tx) => {
        // It may be run again.
        changes = [];
        return work(tx, (event, camera) => {
          const before = befores.get(camera.id) ?? underWay.get(camera.id)?.next ?? liveOf(camera.id);
          befores.set(camera.id, before);
          changes.push(note(tx, event, camera, before, at));
        });
      });
      for (const { camera, next } of changes) underWay.set(camera.id, { next, done });
      try {
        const result = await done;
        for (const change of changes) made(change);
        return result;
      } finally {
        for (const id of befores.keys()) if (underWay.get(id)?.done === done) underWay.delete(id);
      }
    },
    underWay: (id) => underWay.get(id)?.done.catch(() => undefined),
  };
}
