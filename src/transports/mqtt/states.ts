/** Owns the states of cameras on MQTT: each retained, up at once, down only when it lasts (N-45). Of several bridges one publishes them. */

import type { Bus } from '../../core/bus.ts';
import type { Cameras } from '../../core/cameras/cameras.ts';
import type { Leadership } from '../../core/cluster/leadership.ts';
import type { Clock, Log, MqttLink } from '../../core/ports.ts';
import type { CameraState } from '../../protocol/events.ts';
import type { Topics } from '../../protocol/topics.ts';

interface Parts {
  readonly link: MqttLink;
  readonly topics: Topics;
  readonly bus: Bus;
  readonly cameras: Cameras;
  readonly leadership: Pick<Leadership, 'whileLeading'>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a feed must stay down before the retained state says so, unless it is certain; events are never delayed. */
  readonly downDelayMs: number;
}

/** The first look takes less, if it can be had at all. */
const FIRST_LOOK_MS = 5000;

/** Returns what stops it. */
export function publishStates(parts: Parts): () => Promise<void> {
  const { link, topics, bus, cameras, leadership, clock, log, downDelayMs } = parts;
  const shown = new Map<number, CameraState>();
  const waiting = new Map<number, () => void>();
  let isOurs = false;

  function publish(topic: string, payload: string, retain: boolean): void {
    link.publish({ topic, payload, retain, qos: 1 }).catch((error: unknown) => {
      log.warn({ err: error, topic }, 'could not publish');
    });
  }

  function show(cameraId: number, state: CameraState | null): void {
    stopWaiting(cameraId);
    if (state) shown.set(cameraId, state);
    else shown.delete(cameraId);
    // An empty retained message is how MQTT forgets a topic (N-45).
    publish(topics.cameraState(cameraId), state ? JSON.stringify(state) : '', true);
  }

  function stopWaiting(cameraId: number): void {
    waiting.get(cameraId)?.();
    waiting.delete(cameraId);
  }

  function showLater(cameraId: number, delayMs: number): void {
    if (waiting.has(cameraId)) return;
    waiting.set(
      cameraId,
      clock.after(delayMs, () => showCurrent(cameraId)),
    );
  }

  /** Up is shown at once; down only when it lasts, so that a blip makes no automation jump. */
  function settle(cameraId: number, state: CameraState): void {
    const isDrop = shown.get(cameraId)?.ready === true && !state.ready;
    if (isDrop) showLater(cameraId, downDelayMs);
    else show(cameraId, state);
  }

  function showCurrent(cameraId: number): void {
    const state = cameras.state(cameraId);
    if (state) show(cameraId, state);
  }

  // A broker that lost its memory, or a new one, learns every state again: but not what is only remembered from before the start.
  function showAll(): void {
    for (const { cameraId, state } of cameras.states()) {
      if (state.reason === 'starting') showLater(cameraId, FIRST_LOOK_MS);
      else show(cameraId, state);
    }
  }

  function begin(): () => void {
    isOurs = true;
    const stop = bus.on('cameraState', ({ cameraId, state, deliberate }) => {
      if (state && !deliberate) settle(cameraId, state);
      else show(cameraId, state);
    });
    if (link.up) showAll();
    return () => {
      isOurs = false;
      stop();
      for (const cameraId of [...waiting.keys()]) stopWaiting(cameraId);
      shown.clear();
    };
  }

  link.onUp(() => {
    if (isOurs) showAll();
  });
  return leadership.whileLeading(begin);
}
