/** Owns the event node: events of cameras and credentials become messages, each once, under one name. */

import type { NodeAPI } from 'node-red';
import { realClock } from '../src/client/environment.ts';
import type { Subscription } from '../src/client/subscriptions.ts';
import { topicsOf } from '../src/protocol/topics.ts';
import { guarded, registerNode } from './runtime/behaviour.ts';
import { createCameraTally } from './runtime/event/camera-tally.ts';
import { eventChoice } from './runtime/event/choice.ts';
import { createHold } from './runtime/event/hold.ts';
import { createOutbox, type Named } from './runtime/event/outbox.ts';
import { createServiceFeed } from './runtime/event/service-feed.ts';
import { EVENT } from './runtime/event/settings.ts';
import { createEventStream } from './runtime/event/stream.ts';
import { requireServer } from './runtime/server/servers.ts';
import { createStatusLine, troubleOf } from './runtime/server/status.ts';

export default function nestmtxEvent(RED: NodeAPI): void {
  registerNode(RED, 'nestmtx-event', EVENT, (node, fields) => {
    const choice = eventChoice(fields);
    const server = requireServer(RED, fields.server);
    const topics = topicsOf(server.baseTopic);
    const status = createStatusLine(node);
    const hold = createHold(realClock);
    const tally = createCameraTally(choice);
    const lease = server.use(guarded(node, onStatus));

    function show(): void {
      status.show(() => troubleOf(lease.status) ?? tally.status());
    }

    function onStatus(): void {
      if (choice.isOfService) service.see(lease.status);
      show();
    }

    function send({ position, event, camera, payload, topic, isRetained }: Named): void {
      const msg = { topic, event, payload, retain: isRetained, ...(camera && { camera }) };
      node.send(fields.split ? [...Array<null>(position).fill(null), msg] : msg);
    }

    const outbox = createOutbox(lease.names, guarded(node, send));
    const stream = createEventStream({
      choice,
      hold,
      clock: realClock,
      holdMs: fields.holdSeconds * 1000,
      ignoreRetained: fields.ignoreRetained,
      tellsState: fields.tellState,
      stateTopic: topics.cameraState,
      tell: outbox.tell,
    });
    const service = createServiceFeed({
      tellsState: fields.tellState,
      clock: realClock,
      availabilityTopic: topics.availability,
      tell: stream.event,
    });
    const onRefused = (error: Error) => node.error(error, {});
    const subscriptions: Subscription[] = choice.filters.map((filter) =>
      lease.client.events(
        filter,
        guarded(node, (event) => {
          stream.event(event);
          if (event.domain === 'camera' && event.entity !== null)
            lease.names.learn(event.entity, event.details['name']);
          lease.heard();
          if (event.domain === 'camera' && event.entity !== null) tally.event(event.entity, event.event);
          show();
        }),
        { onRefused },
      ),
    );
    if (choice.hasCameras) {
      const watch = guarded(node, (...[id, state, isRetained]: Parameters<typeof stream.state>) => {
        stream.state(id, state, isRetained);
        lease.heard();
        tally.state(id, state);
        show();
      });
      // A broker without states, or one that hides them, is no fault: events say enough.
      subscriptions.push(lease.client.states(watch));
    }
    onStatus();
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
