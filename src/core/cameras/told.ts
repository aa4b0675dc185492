/** Owns how what has happened to a camera is told: the body of its events (contract 2.6), and whether a change needs no second look. */

import type { BridgeEvent, CameraEventName } from '../../protocol/events.ts';
import type { CameraFacts } from './facts.ts';
import type { CameraRecord } from './records.ts';
import type { Transition } from './state.ts';

interface Telling {
  readonly firstSeq: number;
  readonly at: string;
  readonly isQuiet: boolean;
  /** Of whoever leads the cluster; undefined where there is none. */
  readonly epoch?: number | undefined;
}

export function eventsOf(
  camera: CameraRecord,
  transitions: readonly Transition[],
  { firstSeq, at, isQuiet, epoch }: Telling,
): BridgeEvent[] {
  return transitions.map(({ event, details }, index) => ({
    domain: 'camera',
    event,
    entity: Number(camera.id),
    details: {
      ...commonDetails(camera, event),
      ...details,
      ...(isQuiet && { quiet: true }),
      ...(epoch !== undefined && { epoch }),
      seq: firstSeq + index,
    },
    at,
  }));
}

/** The keys upstream puts into an event's details. */
function commonDetails(camera: CameraRecord, event: CameraEventName): object {
  const { name, isEnabled, mtxPath } = camera;
  if (event === 'extended' || event === 'failed-extension') return { name };
  const common = { name, enabled: isEnabled, path: mtxPath, query: '' };
  return event === 'ready' || event === 'notReady' ? { ...common, sourceType: '', sourceId: '' } : common;
}

/** Whether nobody who reads the state could tell the two apart. */
export function looksAlike(one: CameraFacts, other: CameraFacts): boolean {
  const keys = ['ready', 'demanded', 'readers', 'since', 'online', 'reason', 'pending', 'extension'] as const;
  return keys.every((key) => one[key] === other[key]);
}

/** Whether the state may say it at once: it has been waited for, or its cause is known, or it is the first that was seen. */
export function isBeyondDoubt(before: CameraFacts, { pending, online, reason }: CameraFacts): boolean {
  if (before.pending !== null && pending === null) return true;
  return online === false || (reason !== null && reason !== 'no-feed');
}
