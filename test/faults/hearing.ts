/** Owns what is heard of a run of faults: every event, by a durable session, and the retained states as they are now. */

import type { BridgeEvent, CameraState } from '../../src/protocol/events.ts';
import { connectClient, type TestClient } from '../support/brokers/mqtt-client.ts';
import type { House } from './house.ts';

export interface Heard {
  readonly event: BridgeEvent;
  /** The broker, or the service, says that it was told before, or may have been. */
  readonly isAgain: boolean;
  readonly atMs: number;
}

export interface Hearing {
  join(broker: House['broker']): Promise<void>;
  leave(): Promise<void>;
  /** In the order in which they came. */
  heard(): readonly Heard[];
  state(cameraId: number): CameraState | undefined;
}

export function createHearing(): Hearing {
  const before: Heard[] = [];
  const states = new Map<number, CameraState>();
  let client: TestClient | undefined;
  let lookAtStates: TestClient | undefined;

  const now = () =>
    (client?.received ?? []).map(({ text, dup }): Heard => {
      const event: BridgeEvent = JSON.parse(text);
      return { event, isAgain: dup || event.details['late'] === true, atMs: Date.parse(event.at) };
    });

  return {
    async join({ port, username, password }) {
      const login = { url: `mqtt://127.0.0.1:${port}`, username, password, version: 4 } as const;
      client = await connectClient({ ...login, clientId: 'durable', clean: false });
      await client.subscribe(['nestmtx/events/camera/+/+', 'nestmtx/events/source/+/+'], { qos: 1 });
      lookAtStates = await connectClient({ ...login, clientId: 'states' });
      await lookAtStates.subscribe('nestmtx/state/camera/+');
    },
    async leave() {
      await client?.end();
      before.push(...now());
      client = undefined;
      await lookAtStates?.end();
      lookAtStates = undefined;
    },
    heard: () => [...before, ...now()],
    state(cameraId) {
      const last = lookAtStates?.received.findLast(({ topic }) => topic === `nestmtx/state/camera/${cameraId}`);
      const kept = last && last.text !== '' ? readState(last.text) : states.get(cameraId);
      if (kept) states.set(cameraId, kept);
      return kept;
    },
  };
}

function readState(text: string): CameraState {
  return JSON.parse(text);
}
