/** Owns one step of a camera from what is known of it to what is known then, and that it is taken anew where another bridge was quicker. */

import type { BridgeEvent } from '../../../protocol/events.ts';
import type { ToldEvent } from '../../bus.ts';
import { keepEvents } from '../../happened/outbox.ts';
import type { Fence, Store, Transaction } from '../../store.ts';
import type { CameraFacts } from '../facts.ts';
import { keptState } from '../kept-state.ts';
import { CAMERA_STATES, type CameraRecord, type CameraStateRecord } from '../records.ts';
import type { Transition } from '../state.ts';
import { eventsOf, isBeyondDoubt, looksAlike } from '../told.ts';
import { followedFacts, sharedState } from './seen.ts';
import type { SharedCameras } from './ways.ts';

/** What is known of one camera. */
export interface Live {
  readonly facts: CameraFacts;
  readonly seq: number;
  /** What the facts are facts about: of another path or source they say nothing. */
  readonly basis: string;
  /** As it was last kept: where there is another, another bridge has written it. */
  readonly record: CameraStateRecord | undefined;
}

/** What something means, whatever was known before. */
type Thought = (facts: CameraFacts) => {
  readonly facts: CameraFacts;
  readonly transitions: readonly Transition[];
};

export interface Meaning {
  readonly camera: CameraRecord;
  readonly think: Thought;
  readonly at: string;
  /** Whoever reads the state shall see it at once. */
  readonly deliberate: boolean;
  /** It takes a number also where nothing comes of it. */
  readonly isShown?: boolean;
  readonly isQuiet: boolean;
  readonly fence?: Fence | undefined;
}

export interface Step {
  readonly before: Live;
  readonly next: Live;
  readonly transitions: readonly Transition[];
}

export interface Noted {
  readonly step: Step;
  readonly told: readonly ToldEvent[];
}

export interface Keeping {
  /** As it stands at the moment. */
  readonly step: Step;
  /** Resolves with its events when they are durable. */
  readonly told: Promise<readonly ToldEvent[]>;
}

export function stepFrom(before: Live, { think }: Pick<Meaning, 'think'>): Step {
  const { facts, transitions } = think(before.facts);
  const seq = before.seq + Math.max(1, transitions.length);
  return { before, transitions, next: { ...before, facts, seq } };
}

/** What another bridge has made of the camera. */
export function overtaken(before: Live, record: CameraStateRecord | undefined): Live {
  return { ...before, facts: followedFacts(record, null), seq: record?.seq ?? 0, record };
}

export function isCertain({ before, next }: Step, { deliberate }: Pick<Meaning, 'deliberate'>): boolean {
  return deliberate || isBeyondDoubt(before.facts, next.facts);
}

export function eventsIn({ before, transitions }: Step, meaning: Meaning, epoch?: number): BridgeEvent[] {
  const { camera, at, isQuiet } = meaning;
  return eventsOf(camera, transitions, { firstSeq: before.seq + 1, at, isQuiet, epoch });
}

/** In one commit with its events. @param shared absent where nobody else writes */
export function keepStep(store: Store, first: Step, meaning: Meaning, shared: SharedCameras | undefined): Keeping {
  let step = first;
  const told = store.commit((tx) => {
    meaning.fence?.(tx);
    const noted = noteStep(tx, first, meaning, shared);
    step = noted.step;
    return noted.told;
  });
  return {
    get step() {
      return step;
    },
    told,
  };
}

/** Within the transaction that makes it true. */
export function noteStep(tx: Transaction, first: Step, meaning: Meaning, shared: SharedCameras | undefined): Noted {
  const { id } = meaning.camera;
  const rows = tx.collection(CAMERA_STATES);
  const found = rows.get(id);
  const isAsSeen = shared === undefined || found === first.before.record;
  const step = isAsSeen ? first : stepFrom(overtaken(first.before, found), meaning);
  if (!isAsSeen && meaning.isShown !== true && isNothing(step)) {
    return { step: { ...step, next: step.before }, told: [] };
  }
  const { facts, seq } = step.next;
  rows.put(shared ? sharedState(id, facts, seq, isCertain(step, meaning)) : keptState(id, facts, seq));
  const next = { ...step.next, record: rows.get(id) };
  return { step: { ...step, next }, told: keepEvents(tx, eventsIn(step, meaning, shared?.epoch(tx))) };
}

function isNothing({ before, next, transitions }: Step): boolean {
  return transitions.length === 0 && looksAlike(before.facts, next.facts);
}
