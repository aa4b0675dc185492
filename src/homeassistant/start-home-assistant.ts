/** Owns the service's presence in Home Assistant as a whole: devices, their states, their switches, and its comings and goings. */

import type { Bus } from '../core/bus.ts';
import type { Cameras } from '../core/cameras/cameras.ts';
import type { Instances } from '../core/instances/instances.ts';
import type { History } from '../core/outages/history.ts';
import type { Clock, Log, MqttLink } from '../core/ports.ts';
import type { Store } from '../core/store.ts';
import { ANNOUNCED, prefixesOf } from './announced.ts';
import { feedBridge } from './bridge-feed.ts';
import { feedCameras } from './camera-feed.ts';
import { listenToCommands } from './commands.ts';
import type { Service } from './devices/device.ts';
import { createDiscovery, type Discovery, type DiscoveryParts } from './discovery.ts';
import type { Execute } from './execute.ts';
import { feedInstances } from './instance-feed.ts';
import type { Operation } from './operation.ts';

export interface HomeAssistantParts {
  readonly link: MqttLink;
  readonly store: Store;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly history: Pick<History, 'uptime' | 'lastFall'>;
  readonly cameras: Pick<Cameras, 'state'>;
  /** 0 up to 1; default is chance. */
  readonly random?: () => number;
  readonly service: Service;
  /** First levels of the discovery topics. */
  readonly prefix: string;
  /** What Home Assistant says when it has started, and where. */
  readonly birth: { readonly topic: string; readonly payload: string };
  readonly execute: Execute;
  readonly operation: Operation;
  /** Whether there is somebody to answer; default is yes. */
  readonly isAnswered?: (() => boolean) | undefined;
  /** Absent where MediaMTX is not used. */
  readonly isMediaMtxUp?: (() => boolean) | undefined;
  readonly failedLogins: { readonly count: number };
  /** Absent where none are rented. */
  readonly instances?: Instances | undefined;
  /** Whether the broker counts what instances use. */
  readonly isUsageCounted: boolean;
}

export interface HomeAssistant {
  close(): Promise<void>;
}

/** Until what the broker remembers has come. */
const MEMORY_MS = 5000;

export function startHomeAssistant(parts: HomeAssistantParts): HomeAssistant {
  const { service, instances } = parts;
  const discovery = createDiscovery({ random: Math.random, ...parts, version: service.version });
  const bridge = feedBridge({ ...parts, discovery });
  const cameras = feedCameras({ ...parts, discovery });
  const rented = instances ? feedInstances({ ...parts, instances, discovery }) : undefined;
  const commands = listenToCommands({
    ...parts,
    own: service.own,
    rotate: async (id) => {
      if (!rented) throw new Error('no instances are rented here');
      await rented.rotate(id);
    },
    announceAll: discovery.announceAll,
    answered: ({ target, id }, answer) => {
      if (target === 'camera') cameras.answered(id, answer);
      else if (target === 'instance') rented?.answered(id, answer);
      else bridge.answered(answer);
    },
  });
  // What became available again would show what was true before, and that would stand in its history.
  parts.link.beforeUp(discovery.showAllAgain);
  greet(parts, discovery);

  return {
    async close() {
      cameras.close();
      rented?.close();
      bridge.close();
      await commands.close();
      await discovery.close();
    },
  };
}

/** For a service that is not shown in Home Assistant any more: takes back what it once announced. */
export function leaveHomeAssistant(
  parts: Omit<DiscoveryParts, 'link' | 'random' | 'version'> &
    Pick<HomeAssistantParts, 'link' | 'random' | 'birth' | 'clock'>,
): HomeAssistant {
  if (parts.store.collection(ANNOUNCED).size === 0) return { close: async () => undefined };
  const discovery = createDiscovery({ random: Math.random, ...parts, version: '' });
  greet(parts, discovery);
  return { close: () => discovery.close() };
}

/** What the broker remembers of Home Assistant's start comes with each connection of ours: it may be long ago. */
function greet(
  { link, birth, clock, store, prefix }: Pick<HomeAssistantParts, 'link' | 'birth' | 'clock' | 'store' | 'prefix'>,
  discovery: Pick<Discovery, 'announceAll' | 'welcome'>,
): void {
  let rememberedUntilMs = Number.POSITIVE_INFINITY;
  // Where something is to be taken back below another prefix, Home Assistant says there that it is back.
  const elsewhere = [...prefixesOf(store)].filter((other) => other !== prefix).map((other) => `${other}/status`);
  for (const topic of new Set([birth.topic, ...elsewhere])) {
    link.listen(topic, ({ payload, retained }) => {
      if (Buffer.from(payload).toString() !== birth.payload) return;
      if (retained && clock.monotonicMs() < rememberedUntilMs) discovery.announceAll();
      else discovery.welcome(true);
    });
  }
  link.onUp(() => {
    rememberedUntilMs = clock.monotonicMs() + MEMORY_MS;
    // Its start may have been while we were away.
    discovery.welcome(false);
  });
}
