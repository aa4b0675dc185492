/** Owns the retained topics as a reader sees them: state and last picture of each camera, and whether the service is there (N-45, N-46). */

import { decode, isObject } from '../protocol/envelope.ts';
import type { CameraState } from '../protocol/events.ts';
import type { Topics } from '../protocol/topics.ts';
import type { Log } from './environment.ts';
import type { SubscribeOptions } from './events.ts';
import type { Message } from './session.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';

/** `state` is null when the camera was removed; `retained` when it is the past, told at the start. */
export type StateHandler = (cameraId: number, state: CameraState | null, retained: boolean) => void;

/** Null when there is none any more. */
export type PictureHandler = (jpeg: Uint8Array | null) => void;

export type AvailabilityHandler = (isOnline: boolean) => void;

interface Parts {
  readonly topics: Topics;
  readonly subscriptions: Subscriptions;
  readonly log: Log;
}

export function watchStates(parts: Parts, handler: StateHandler, { onRefused }: SubscribeOptions = {}): Subscription {
  const { topics, subscriptions, log } = parts;
  const prefix = `${topics.base}/state/camera/`;
  return subscriptions.add({
    filters: [`${prefix}+`],
    keepLast: true,
    onRefused,
    handler: ({ topic, payload, retained }) => {
      const cameraId = Number(topic.slice(prefix.length));
      const state = readState(payload);
      if (!Number.isInteger(cameraId) || state === undefined) log.debug({ topic }, 'a camera state cannot be read');
      else handler(cameraId, state, retained);
    },
  });
}

/** Where no picture stands, nothing is told. */
export function watchPicture(
  { topics, subscriptions }: Parts,
  cameraId: number,
  handler: PictureHandler,
  { onRefused }: SubscribeOptions = {},
): Subscription {
  return subscriptions.add({
    filters: [topics.cameraPicture(cameraId)],
    keepLast: true,
    onRefused,
    handler: ({ payload }) => handler(payload.length === 0 ? null : payload),
  });
}

/** A server that says nothing of its availability, as upstream, never calls back. */
export function watchAvailability(
  { topics, subscriptions }: Parts,
  handler: AvailabilityHandler,
  { onRefused }: SubscribeOptions = {},
): Subscription {
  const read = ({ payload }: Message) => handler(new TextDecoder().decode(payload) === 'online');
  return subscriptions.add({ filters: [topics.availability], keepLast: true, onRefused, handler: read });
}

function readState(payload: Uint8Array): CameraState | null | undefined {
  if (payload.length === 0) return null;
  try {
    const value = decode(payload);
    return isObject(value) && isCameraState(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isCameraState(value: object): value is CameraState {
  const { ready, demanded, readers, seq }: Partial<Record<keyof CameraState, unknown>> = value;
  return (
    typeof ready === 'boolean' && typeof demanded === 'boolean' && Number.isInteger(readers) && Number.isInteger(seq)
  );
}
