/** Owns what a node knows of its cameras, as far as the server has told: that which its events are about, and how its status says it. */

import type { NodeStatus } from 'node-red';
import type { CameraState } from '../../../src/protocol/events.ts';
import { CONNECTED, dot } from '../server/status.ts';
import { textKey, textWith } from '../texts.ts';
import type { EventChoice, Subject } from './choice.ts';

export interface CameraTally {
  /** Passed over where it is about something else. */
  event(id: number, event: string): void;
  /** Null for a camera that was removed. */
  state(id: number, state: CameraState | null): void;
  status(): NodeStatus;
}

interface Meaning {
  /** Which event says yes, and which no. */
  readonly events: Readonly<Record<string, boolean>>;
  /** Null where nobody knows. */
  of(state: CameraState): boolean | null;
  /** Texts for yes, for no, and for how many of all. */
  readonly texts: readonly [yes: string, no: string, some: string];
}

const MEANINGS: Readonly<Record<Subject, Meaning>> = {
  feed: {
    events: { ready: true, notReady: false },
    of: ({ ready }) => ready,
    texts: ['ready', 'notReady', 'someReady'],
  },
  demand: {
    events: { demand: true, unDemand: false },
    of: ({ demanded }) => demanded,
    texts: ['watched', 'unwatched', 'someWatched'],
  },
  reach: {
    events: { online: true, offline: false },
    of: ({ online = null }) => online,
    texts: ['online', 'offline', 'someOnline'],
  },
};

export function createCameraTally(choice: EventChoice): CameraTally {
  const { events, of, texts } = MEANINGS[choice.subject];
  const [yes, no, some] = texts;
  const cameras = new Map<number, boolean>();
  let isGone = false;

  function set(id: number, isSo: boolean | null): void {
    if (!choice.hasCameras || !choice.isWanted(id)) return;
    isGone = false;
    if (isSo === null) cameras.delete(id);
    else cameras.set(id, isSo);
  }

  return {
    event: (id, event) => {
      const isSo = Object.hasOwn(events, event) ? events[event] : undefined;
      if (isSo !== undefined) set(id, isSo);
    },
    state: (id, state) => {
      set(id, state && of(state));
      if (state === null && choice.isWanted(id)) isGone = true;
    },
    status: () => {
      if (choice.camera === undefined) {
        const count = [...cameras.values()].filter(Boolean).length;
        if (cameras.size === 0) return CONNECTED;
        return dot('green', textWith('nestmtx-event', `status.${some}`, { some: count, all: cameras.size }));
      }
      const isSo = cameras.get(choice.camera);
      if (isSo === undefined) return isGone ? dot('grey', text('removed')) : CONNECTED;
      return isSo ? dot('green', text(yes)) : dot('grey', text(no));
    },
  };
}

function text(key: string): string {
  return textKey('nestmtx-event', `status.${key}`);
}
