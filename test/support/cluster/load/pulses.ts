/**
 * Owns clients that stay with their bridges: at each, one that publishes for all bridges, one whose messages must be kept somewhere before they are
 * acknowledged, and one that reads. They tell for how long who is at a living bridge goes without.
 */

import { setTimeout as pause } from 'node:timers/promises';
import type { BridgeProcess } from '../bridges.ts';
import { type Roaming, roam } from '../roaming.ts';
import type { Access } from './access.ts';
import { noteService, type Service } from './service.ts';

export interface Pulses {
  /** The longest of each client whose bridge is not among `without`. */
  silencesMs(sinceMs: number, without: readonly BridgeProcess[]): Silences;
  end(): Promise<void>;
}

export interface Silences {
  /** From publisher to reader at one bridge, and its acknowledgements. */
  readonly here: number;
  /** From a bridge to another. */
  readonly across: number;
  /** Acknowledgements of what is kept for somebody. */
  readonly kept: number;
}

type Kind = keyof Silences;

interface Client {
  readonly kind: Kind;
  /** Where those are whom it needs. */
  readonly at: readonly BridgeProcess[];
  readonly service: Service;
}

const EVERY_MS = 50;

export async function startPulses({ all, any, rest }: Access): Promise<Pulses> {
  const { user: username, password } = await (await rest(any(), '', 'POST')).json();
  const clients: Client[] = [];
  const roaming: Roaming[] = [];
  const lanes: Promise<void>[] = [];
  let isOver = false;

  function note(kind: Kind, ...at: readonly BridgeProcess[]): Service {
    const service = noteService();
    clients.push({ kind, at, service });
    return service;
  }

  async function come(at: BridgeProcess, name: string, more: object = {}, ...rest: Hearing): Promise<Roaming> {
    const options = { username, password, clientId: `${name}-${at.name}`, ...more };
    const client = await roam(() => at.mqttUrl, options, ...rest);
    roaming.push(client);
    return client;
  }

  async function publish(client: Roaming, topic: string, { served }: Service): Promise<void> {
    while (!isOver) {
      await Promise.all([client.publish(topic, 'pulse').then(served), pause(EVERY_MS)]);
    }
  }

  const [first] = all;
  // Who is to have it all, and is here and there.
  const kept = { clean: false, properties: { sessionExpiryInterval: 600 } };
  if (first) await come(first, 'keeper', kept, [`${username}/kept/#`]);
  for (const at of all) {
    const heard = new Map(all.map((from) => [from.name, from === at ? note('here', at) : note('across', from, at)]));
    await come(at, 'reader', {}, [`${username}/pulse/#`], (topic) => heard.get(topic.slice(-2))?.served());
  }
  for (const at of all) {
    lanes.push(publish(await come(at, 'pulse'), `${username}/pulse/${at.name}`, note('here', at)));
    lanes.push(publish(await come(at, 'kept'), `${username}/kept/${at.name}`, note('kept', at)));
  }

  return {
    silencesMs(sinceMs, without) {
      const silences = { here: 0, across: 0, kept: 0 };
      for (const { kind, at, service } of clients) {
        if (at.some((bridge) => without.includes(bridge))) continue;
        silences[kind] = Math.max(silences[kind], service.longestSilenceMs(sinceMs));
      }
      return silences;
    },
    async end() {
      isOver = true;
      await Promise.all(roaming.map((client) => client.end()));
      await Promise.all(lanes);
    },
  };
}

type Hearing = readonly [filters?: readonly string[], heard?: (topic: string) => void];
