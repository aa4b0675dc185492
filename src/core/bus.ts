/** Owns the way facts travel inside the process: typed, synchronous, and no listener can hurt another or the sender. */

import type { BridgeEvent, CameraState } from '../protocol/events.ts';
import type { Log } from './ports.ts';

/** An event as it travels inside: `keptAs` is its number in the outbox, absent where it is not kept. */
export type ToldEvent = BridgeEvent & { readonly keptAs?: string };

interface BusTopics {
  /** An event of the API, to be published as it is. */
  event: ToldEvent;
  /** The new state of a camera; null when the camera is gone. `deliberate` asks for it to be shown without delay. */
  cameraState: { readonly cameraId: number; readonly state: CameraState | null; readonly deliberate: boolean };
  /** Somebody should look at this camera itself: its feed is gone, or seems about to go while it is still ready. */
  lookWanted: { readonly cameraId: string; readonly isReady: boolean };
  /** Credentials were made, changed, authorised or removed. */
  credentialsChanged: { readonly credentialId: string };
  /** The record of a rented instance was changed or removed. */
  instanceChanged: { readonly instanceId: string };
}

type Listener<T extends keyof BusTopics> = (fact: BusTopics[T]) => void;

export interface Bus {
  emit<T extends keyof BusTopics>(topic: T, fact: BusTopics[T]): void;
  /** Returns what removes the listener. */
  on<T extends keyof BusTopics>(topic: T, listener: Listener<T>): () => void;
}

export function createBus(log: Log): Bus {
  const listeners: { [T in keyof BusTopics]: Set<Listener<T>> } = {
    event: new Set(),
    cameraState: new Set(),
    lookWanted: new Set(),
    credentialsChanged: new Set(),
    instanceChanged: new Set(),
  };
  return {
    emit(topic, fact) {
      for (const listener of listeners[topic]) {
        try {
          listener(fact);
        } catch (error) {
          log.error({ err: error, topic }, 'a listener failed');
        }
      }
    },
    on(topic, listener) {
      listeners[topic].add(listener);
      return () => listeners[topic].delete(listener);
    },
  };
}
