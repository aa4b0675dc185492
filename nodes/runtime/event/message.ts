/** Owns what a flow gets of an event: its details, and how things were when it was told. */

import type { NodeMessage } from 'node-red';
import type { Named } from './outbox.ts';

export function messageOf({ event, camera, payload, topic, isRetained, state, outage, isQuiet }: Named): NodeMessage {
  return {
    topic,
    event,
    payload,
    retain: isRetained,
    ...(camera && { camera, state }),
    ...(outage && { outage }),
    ...(isQuiet && { quiet: true }),
  };
}
