/** Owns what this broker answers to the others: all of it is about what is here. */

import type { Exchange } from '../../../core/cluster/exchange.ts';
import type { Fields } from '../kept/records/fields.ts';
import type { BrokerSession, CountedReceipt, Here } from './backbone.ts';
import type { Claims } from './claims.ts';
import { read, write } from './texts.ts';

export const QUESTION = {
  take: 'take',
  settle: 'settle',
  kick: 'kick',
  disconnect: 'disconnect',
  evict: 'evict',
  sessions: 'sessions',
  stored: 'stored',
  groups: 'groups',
  groupsOf: 'groups-of',
  pace: 'pace',
} as const;

interface Answering extends Omit<Here, 'part'> {
  /** Resolves when who has come elsewhere finds all of it. */
  part(bucket: string, accountKey: string, clientId: string, isNew: boolean): Promise<void>;
  /** Resolves when this broker's accounts are as they were when it was called, or later. @throws where that cannot be known */
  isUpToDate(): Promise<void>;
  /** Resolves when all that is on its way from here is there. */
  stored(): Promise<void>;
}

/** @returns what ends it */
export function answerOthers(
  exchange: Exchange,
  { part, isUpToDate, stored, ...here }: Answering,
  claims: Claims,
): () => void {
  const answer = (question: string, how: (fields: Fields) => Promise<Uint8Array>) =>
    exchange.onAsked(question, (bytes) => how(read(bytes)));
  /** Who asks knows of a change that may not have come here yet: whom it concerns would be let in behind our back. */
  const answerThen = (question: string, how: (fields: Fields) => Promise<Uint8Array>) =>
    answer(question, async (fields) => {
      await isUpToDate();
      return how(fields);
    });
  const stops = [
    answer(QUESTION.take, async (fields) => {
      const [bucket, accountKey, clientId, ticket] = [fields.text(), fields.text(), fields.text(), fields.text()];
      const isNew = fields.integer() === 1;
      const isYours = claims.yieldTo(accountKey, clientId, ticket);
      if (isYours) await part(bucket, accountKey, clientId, isNew);
      // Whoever asks adds them up: those that are about to be let in here are told the same of the one that asks.
      return write(isYours ? 1 : 0, here.connected(accountKey), claims.count(accountKey, clientId));
    }),
    answerThen(QUESTION.settle, async (fields) => {
      await here.settle(fields.text());
      return write();
    }),
    answer(QUESTION.kick, async (fields) => write((await here.kick(fields.text(), fields.text())) ? 1 : 0)),
    answer(QUESTION.disconnect, async (fields) => write(await here.disconnect(fields.text()))),
    answerThen(QUESTION.evict, async (fields) => writeReceipt(await here.evict(fields.text(), fields.text()))),
    answer(QUESTION.stored, async () => {
      await stored();
      return write();
    }),
    answer(QUESTION.sessions, async (fields) => writeSessions(here.sessions(fields.text()))),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

export function readReceipt(bytes: Uint8Array): CountedReceipt {
  const fields = read(bytes);
  return { kicked: fields.integer(), offlineDropped: fields.integer(), retainedPurged: fields.integer() };
}

function writeReceipt({ kicked, offlineDropped, retainedPurged }: CountedReceipt): Buffer {
  return write(kicked, offlineDropped, retainedPurged);
}

export function readSessions(bytes: Uint8Array): BrokerSession[] {
  const sessions: BrokerSession[] = [];
  for (const fields = read(bytes); !fields.isAtEnd; ) {
    const [clientId, address] = [fields.text(), fields.text()];
    const [since, protocolVersion] = [fields.integer(), fields.integer()];
    sessions.push({ clientId, address: address === '' ? undefined : address, since, protocolVersion });
  }
  return sessions;
}

function writeSessions(sessions: readonly BrokerSession[]): Buffer {
  return write(
    ...sessions.flatMap(({ clientId, address = '', since, protocolVersion }) => [
      clientId,
      address,
      since,
      protocolVersion,
    ]),
  );
}
