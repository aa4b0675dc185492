/** Owns the event node: events of cameras, of credentials and of the service become messages, each once, under one name. */

import type { NodeAPI, NodeStatus } from 'node-red';
import { realClock } from '../../src/client/environment.ts';
import type { ReceivedEvent } from '../../src/client/events.ts';
import { topicsOf } from '../../src/protocol/topics.ts';
import { guarded, registerNode } from '../runtime/behaviour.ts';
import { createCameraTally } from '../runtime/event/camera-tally.ts';
import { eventChoice } from '../runtime/event/choice.ts';
import { openMemory } from '../runtime/event/memory.ts';
import { messageOf } from '../runtime/event/message.ts';
import { createOutbox, type Named } from '../runtime/event/outbox.ts';
import { createRoomGate } from '../runtime/event/room.ts';
import { rowsOf } from '../runtime/event/rows.ts';
import { createServiceFeed, type ServiceFeed } from '../runtime/event/service-feed.ts';
import { EVENT } from '../runtime/event/settings.ts';
import { createStays } from '../runtime/event/stays.ts';
import { createEventStream, type EventStream } from '../runtime/event/stream.ts';
import { nodeErrorOf } from '../runtime/node-error.ts';
import { requireServer } from '../runtime/server/servers.ts';
import { createStatusLine, ring, troubleOf } from '../runtime/server/status.ts';
import { textKey } from '../runtime/texts.ts';

export default function nestmtxEvent(RED: NodeAPI): void {
  registerNode(RED, 'nestmtx-event', EVENT, (node, fields) => {
    const told = rowsOf(fields);
    const choice = eventChoice({ ...fields, events: told.rows.map(({ name }) => name) });
    const server = requireServer(RED, fields.server);
    const topics = topicsOf(server.baseTopic);
    const status = createStatusLine(node);
    const tally = createCameraTally(choice);
    let service: ServiceFeed | undefined;
    const lease = server.use(guarded(node, onStatus));
    const outbox = createOutbox(lease.names, guarded(node, send));
    const gate = createRoomGate(lease.names, choice.room);
    /** The last first: nothing is heard any more when what was told is written. */
    const undo: ((isRemoved: boolean) => void | Promise<void>)[] = [];
    let isClosed = false;

    function onStatus(): void {
      service?.see(lease.status);
      show();
    }

    function show(): void {
      status.show(() => troubleOf(lease.status) ?? roomTrouble() ?? tally.status());
    }

    function roomTrouble(): NodeStatus | undefined {
      const isEmpty = choice.room !== undefined && lease.names.countIn(choice.room) === 0;
      return isEmpty ? ring('yellow', textKey('nestmtx-event', 'status.emptyRoom')) : undefined;
    }

    function send(named: Named): void {
      const msg = messageOf(named);
      node.send(fields.split ? [...Array<null>(named.position).fill(null), msg] : msg);
    }

    async function start(): Promise<void> {
      const memory = await openMemory(RED, node);
      undo.push((isRemoved) => memory.close(isRemoved));
      if (isClosed) return;
      const stays = createStays(realClock, memory);
      undo.push(() => stays.close());
      const { ignoreRetained } = fields;
      const how = { clock: realClock, ignoreRetained, stateTopic: topics.cameraState, tell: outbox.tell };
      listen(createEventStream({ ...told, ...how, choice, stays }));
    }

    function listen(stream: EventStream): void {
      if (choice.isOfService) {
        const { availability: availabilityTopic } = topics;
        service = createServiceFeed({ clock: realClock, availabilityTopic, tell: guarded(node, stream.event) });
        service.see(lease.status);
        undo.push(() => {
          service = undefined;
        });
      }
      const onRefused = (error: Error) => node.error(error, {});
      const hear = guarded(node, (event: ReceivedEvent) => {
        stream.event(event);
        lease.heard();
        if (event.domain !== 'camera' || event.entity === null) return;
        lease.names.learn(event.entity, event.details['name']);
        tally.event(event.entity, event.event);
        show();
      });
      // Only cameras have rooms.
      const entityOf = ({ domain, entity }: ReceivedEvent) => (domain === 'camera' ? entity : null);
      for (const filter of choice.filters) {
        const pass = (event: ReceivedEvent) => gate.pass(entityOf(event), () => hear(event));
        undo.push(lease.client.events(filter, pass, { onRefused }).close);
      }
      if (!choice.hasCameras) return;
      const see = guarded(node, (...[id, state, isRetained]: Parameters<EventStream['state']>) => {
        stream.state(id, state, isRetained);
        lease.heard();
        tally.state(id, state);
        show();
      });
      // A broker without states, or one that hides them, is no fault: events say enough.
      undo.push(lease.client.states((...state) => gate.pass(state[0], () => see(...state))).close);
    }

    show();
    start().catch((error: unknown) => node.error(nodeErrorOf(error), {}));
    return {
      close: async (isRemoved) => {
        isClosed = true;
        gate.close();
        outbox.close();
        for (const step of undo.toReversed()) await step(isRemoved);
        status.close();
        await lease.release('after deploy');
      },
    };
  });
}
