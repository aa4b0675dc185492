/** Owns what tests of the broker's journal share: opening it on a disk of their making, things to keep, and what of them is there. */

import type { KeptFiles } from '../../../../src/brokers/embedded/kept/journal/files.ts';
import { type Kept, openKept } from '../../../../src/brokers/embedded/kept/open-kept.ts';
import type { KeptState } from '../../../../src/brokers/embedded/kept/state.ts';
import { Message } from '../../../../src/brokers/embedded/message.ts';
import type { Granted } from '../../../../src/brokers/embedded/sessions/granted.ts';
import type { Owed } from '../../../../src/brokers/embedded/sessions/owed.ts';
import type { Account } from '../../../../src/core/accounts/accounts.ts';
import type { Clock } from '../../../../src/core/ports.ts';
import { type KeptLog, keptLog } from '../../../store/kept-log.ts';
import { systemClock } from '../../../support/system-clock.ts';

export const JOURNAL = '/data/broker.journal';
export const FRESH = `${JOURNAL}.new`;
export const TORN = `${JOURNAL}.torn`;

interface Options {
  readonly log?: KeptLog;
  readonly clock?: Clock;
  readonly slackBytes?: number;
}

export function openOn(
  files: KeptFiles,
  { log = keptLog(), clock = systemClock, ...more }: Options = {},
): Promise<Kept> {
  return openKept({ dir: '/data', files, log, clock, ...more });
}

/** Resolves when all that was noted is on the disk. */
export function durable({ keeper }: Pick<Kept, 'keeper'>): Promise<void> {
  return new Promise((resolve) => keeper.durable(resolve));
}

const ALICE: Account = { key: 'user:7', kind: 'user', username: 'alice', generation: 3, owner: 'o-7' };

export function sessionOf(clientId: string, changes: { awaySinceMs?: number } = {}) {
  return { use: { account: ALICE }, clientId, expirySeconds: 3600, awaySinceMs: changes.awaySinceMs };
}

export function messageOf(topic: string, text: string): Message {
  return new Message({ topic, payload: Buffer.from(text), qos: 1, retain: false, properties: {}, account: ALICE.key });
}

export function grantedOf(filter: string): Granted {
  return {
    filter,
    qos: 1,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0,
    subscriptionId: undefined,
  };
}

/** Owed and kept. */
export function owe({ keeper }: Pick<Kept, 'keeper'>, session: ReturnType<typeof sessionOf>, message: Message): Owed {
  const owed: Owed = {
    message,
    qos: 1,
    retain: false,
    subscriptionIds: undefined,
    packetId: 0,
    isReleased: false,
    keptAs: 0,
  };
  owed.keptAs = keeper.owe(session, owed);
  return owed;
}

/** What is there, in words. */
export function contentOf(state: KeptState) {
  const sessions = [...state.sessions.values()].map(({ facts, filters, owed, received, will }) => ({
    clientId: facts.clientId,
    filters: [...filters.keys()],
    owed: [...owed.values()].map(({ message }) => message.payload.toString()),
    ...(received.size > 0 && { received: [...received] }),
    ...(will !== undefined && { will: will.will.payload.toString() }),
  }));
  const retained = [...state.retained.values()].map(({ message }) => `${message.topic}=${message.payload}`);
  return { sessions, retained };
}
