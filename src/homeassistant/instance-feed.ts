/** Owns what Home Assistant sees of the MQTT instances whose owners want it there. Looks at their use only while there are some. */

import { USERS } from '../core/accounts/records.ts';
import type { Bus } from '../core/bus.ts';
import type { Caller } from '../core/instances/audit.ts';
import { isUsable } from '../core/instances/credentials.ts';
import type { Instances } from '../core/instances/instances.ts';
import { INSTANCES, type InstanceRecord } from '../core/instances/records.ts';
import type { Clock } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { type Answer, answerState } from './devices/answer.ts';
import type { Service } from './devices/device.ts';
import { type InstanceState, instanceAnnouncement } from './devices/instance.ts';
import type { Discovery } from './discovery.ts';
import { type Repeated, repeat } from './repeat.ts';

interface Parts {
  readonly service: Service;
  readonly discovery: Discovery;
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly instances: Pick<Instances, 'sessions' | 'usage' | 'rotate'>;
  /** Whether the broker counts what they use. */
  readonly isUsageCounted: boolean;
}

export interface InstanceFeed {
  /** On behalf of its owner. @throws ApiError `not_found` for one that is not shown */
  rotate(instanceId: string): Promise<void>;
  /** Shows what came of a command. */
  answered(instanceId: string, answer: Answer): void;
  close(): void;
}

const LOOK_MS = 30_000;

export function feedInstances(parts: Parts): InstanceFeed {
  const { service, discovery, store, bus, clock, instances, isUsageCounted } = parts;
  const records = store.collection(INSTANCES);
  const shown = new Set<string>();
  const answers = new Map<string, Answer>();
  let looks: Repeated | undefined;

  /** The rights of the owner: whoever opted in did so for their own instance. */
  function ownerOf({ owner }: InstanceRecord): Caller | undefined {
    const user = [...store.collection(USERS).values()].find(({ ownerId }) => ownerId === owner);
    return user && { user };
  }

  function update(id: string): void {
    const record = records.get(id);
    if (record?.homeAssistant && record.status === 'active') {
      shown.add(id);
      discovery.announce(instanceAnnouncement(record, service, isUsageCounted));
      if (looks) looks.now();
      else looks = repeat(clock, LOOK_MS, look);
    } else if (shown.delete(id)) {
      answers.delete(id);
      discovery.withdraw(service.identity.instance(id));
      if (shown.size > 0) return;
      looks?.close();
      looks = undefined;
    }
  }

  async function look(): Promise<void> {
    for (const id of [...shown]) {
      const record = records.get(id);
      if (record)
        discovery.show(service.own.instance(id), { ...(await stateOf(record)), ...answerState(answers.get(id)) });
    }
  }

  async function stateOf(record: InstanceRecord): Promise<InstanceState> {
    const caller = ownerOf(record);
    const usage = caller && instances.usage(caller, record.id);
    return {
      usable: isUsable(record, clock.now()),
      clients: caller ? await clientsOf(caller, record.id) : null,
      messages_received: usage?.counters.messagesReceived ?? 0,
      messages_sent: usage?.counters.messagesSent ?? 0,
      last_seen: usage?.lastSeen?.at ?? null,
    };
  }

  /** A broker that cannot be asked is no reason to say that nobody is there. */
  async function clientsOf(caller: Caller, id: string): Promise<number | null> {
    try {
      return (await instances.sessions(caller, id)).length;
    } catch {
      return null;
    }
  }

  for (const { id } of records.values()) update(id);
  const stop = bus.on('instanceChanged', ({ instanceId }) => update(instanceId));
  return {
    async rotate(instanceId) {
      const record = shown.has(instanceId) ? records.get(instanceId) : undefined;
      const caller = record && ownerOf(record);
      if (!caller) throw new Error('no such instance is shown in Home Assistant');
      await instances.rotate(caller, instanceId, undefined);
    },
    answered(instanceId, answer) {
      if (!shown.has(instanceId)) return;
      answers.set(instanceId, answer);
      looks?.now();
    },
    close() {
      stop();
      looks?.close();
    },
  };
}
