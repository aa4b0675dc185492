/** Owns which cameras are ready, as far as the server has told, and how a node's status says it. */

import type { NodeAPI, NodeStatus } from 'node-red';
import { CONNECTED, dot } from '../server/status.ts';
import type { EventChoice } from './choice.ts';

export interface CameraTally {
  /** Undefined for a camera that was removed. */
  set(id: number, isReady: boolean | undefined): void;
  status(): NodeStatus;
}

export function createCameraTally(RED: NodeAPI, choice: EventChoice): CameraTally {
  const cameras = new Map<number, boolean>();
  let isGone = false;

  return {
    set: (id, isReady) => {
      if (!choice.hasCameras || !choice.isWantedCamera(id)) return;
      isGone = isReady === undefined;
      if (isReady === undefined) cameras.delete(id);
      else cameras.set(id, isReady);
    },
    status: () => {
      if (choice.camera === undefined) {
        const ready = [...cameras.values()].filter(Boolean).length;
        if (cameras.size === 0) return CONNECTED;
        return dot('green', RED._('nestmtx-event.status.some', { ready: String(ready), all: String(cameras.size) }));
      }
      const isReady = cameras.get(choice.camera);
      if (isReady === undefined) return isGone ? dot('grey', 'nestmtx-event.status.removed') : CONNECTED;
      return isReady ? dot('green', 'nestmtx-event.status.ready') : dot('grey', 'nestmtx-event.status.notReady');
    },
  };
}
