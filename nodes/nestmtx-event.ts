/** Owns the event node: events of cameras and credentials become messages, each once, under one name. */

import type { NodeAPI, NodeDef } from 'node-red';
import { realClock } from '../src/client/environment.ts';
import type { Subscription } from '../src/client/subscriptions.ts';
import { topicsOf } from '../src/protocol/topics.ts';
import { guarded, registerNode } from './runtime/behaviour.ts';
import { createCameraTally } from './runtime/event/camera-tally.ts';
import { type EventFields, eventChoice } from './runtime/event/choice.ts';
import { createHold } from './runtime/event/hold.ts';
import { createOutbox, type Named } from './runtime/event/outbox.ts';
import { createEventStream } from './runtime/event/stream.ts';
import { requireServer } from './runtime/server/servers.ts';
import { createStatusLine, troubleOf } from './runtime/server/status.ts';

interface EventDef extends NodeDef, EventFields {
  readonly server: string;
  /** One output for all events, or one for each that is chosen. */
  readonly split: boolean;
  readonly ignoreRetained: boolean;
  /** Whether the state that a camera is in is told at the start. */
  readonly tellState: boolean;
  /** How many seconds a state must last; 0 or empty tells it at once. */
  readonly holdSeconds: string | number;
}

export default function nestmtxEvent(RED: NodeAPI): void {
  registerNode<EventDef>(RED, 'nestmtx-event', (node, def) => {
    const choice = eventChoice(def);
    const server = requireServer(RED, def.server);
    const holdMs = holdMsOf(def.holdSeconds);
    const status = createStatusLine(node);
    const hold = createHold(realClock);
    const tally = createCameraTally(RED, choice);
    const lease = server.use(show);

    function show(): void {
      status.show(() => troubleOf(lease.status) ?? tally.status());
    }

    function send({ position, event, camera, payload, topic, isRetained }: Named): void {
      const msg = { topic, event, payload, retain: isRetained, ...(camera && { camera }) };
      node.send(def.split ? [...Array<null>(position).fill(null), msg] : msg);
    }

    const outbox = createOutbox(lease.names, guarded(node, send));
    const stream = createEventStream({
      choice,
      hold,
      clock: realClock,
      holdMs,
      ignoreRetained: def.ignoreRetained,
      tellsState: def.tellState,
      stateTopic: topicsOf(server.baseTopic).cameraState,
      tell: outbox.tell,
    });
    const onRefused = (error: Error) => node.error(error, {});
    const subscriptions: Subscription[] = choice.filters.map((filter) =>
      lease.client.events(
        filter,
        guarded(node, (event) => {
          stream.event(event);
          if (event.domain === 'camera' && event.entity !== null)
            lease.names.learn(event.entity, event.details['name']);
          const isReady = { ready: true, notReady: false }[event.event];
          if (event.entity === null || isReady === undefined) return;
          tally.set(event.entity, isReady);
          show();
        }),
        { onRefused },
      ),
    );
    if (choice.hasCameras) {
      const watch = guarded(node, (...[id, state, isRetained]: Parameters<typeof stream.state>) => {
        stream.state(id, state, isRetained);
        tally.set(id, state?.ready);
        show();
      });
      // A broker without states, or one that hides them, is no fault: events say enough.
      subscriptions.push(lease.client.states(watch));
    }
    show();
    return {
      close: async () => {
        for (const subscription of subscriptions) subscription.close();
        hold.close();
        outbox.close();
        status.close();
        await lease.release('after deploy');
      },
    };
  });
}

function holdMsOf(seconds: string | number): number {
  const number = Number(seconds || 0);
  if (!(number >= 0 && number <= 86_400)) throw new Error(`a state must last 0 to 86400 seconds, not ${seconds}`);
  return number * 1000;
}
