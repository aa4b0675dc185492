/** Owns what the bridges of a cluster say to one another over NATS, at most once each; nothing of it is kept. */

import type { Msg } from '@nats-io/transport-node';
import type { Exchange } from '../../core/cluster/exchange.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { ClusterConnection } from '../connection.ts';
import { createBatches, readBatch } from './batches.ts';
import { createMembers } from './members.ts';
import { createQuestions } from './questions.ts';
import { subjectOf } from './subjects.ts';

export interface ExchangeSetup {
  /** One that does not hear itself. */
  readonly connection: ClusterConnection;
  readonly clock: Clock;
  readonly log: Log;
  /** What all subjects of this installation begin with. */
  readonly prefix: string;
  /** 32 characters that nobody else has. */
  readonly id: string;
}

export interface NatsExchange extends Exchange {
  /** Tells the others, which wait for nothing of this bridge any more. */
  close(): Promise<void>;
}

const BEAT_MS = 1000;
/** Others answer the first word of a bridge at once. */
const JOIN_MS = 400;
/** So much is said before the network is asked whether it has it, and so often before the next one waits. */
const PROBE_BYTES = 256 * 1024;
const MOST_PROBES = 8;
const ID_BYTES = 32;
const FAILED = 0;
const ANSWERED = 1;
/** Nobody there has anything to do with it: it has no broker, or none yet. */
const UNCONCERNED = 2;
const TEXT = new TextEncoder();

/** Resolves when the bridge knows the others, and they know it. */
export async function joinExchange({ connection, clock, log, prefix, id }: ExchangeSetup): Promise<NatsExchange> {
  const { nats } = connection;
  const members = createMembers(clock, log);
  const questions = createQuestions(clock);
  const probes = new Set<Promise<unknown>>();
  let bytesSaid = 0;
  members.onLost(questions.lost);

  /** One message that cannot be taken is in no other's way. */
  function take(subject: string, hear: () => void): void {
    try {
      hear();
    } catch (error) {
      log.error({ err: error, subject }, 'what another bridge said could not be taken');
    }
  }

  function hearOn(subject: string, hear: (message: Msg) => void): () => void {
    const subscription = nats.subscribe(subject, {
      callback: (error, message) =>
        take(subject, () => {
          if (error) throw error;
          hear(message);
        }),
    });
    return () => subscription.unsubscribe();
  }

  function send(subject: string, bytes: Uint8Array, reply?: string): void {
    batches.flush();
    sendNow(subject, bytes, reply);
  }

  function sendNow(subject: string, bytes: Uint8Array, reply?: string): void {
    // What waits for a server would be old when one is there, and have no end.
    if (!connection.isConnected) return;
    nats.publish(subject, bytes, reply === undefined ? undefined : { reply });
    bytesSaid += bytes.length;
    if (bytesSaid < PROBE_BYTES) return;
    bytesSaid = 0;
    const probe = nats.flush().catch(() => undefined);
    probes.add(probe);
    void probe.then(() => probes.delete(probe));
  }

  const live = `${subjectOf(prefix, 'live')}.`;
  const batches = createBatches((channel, bytes) => sendNow(live + subjectOf(channel), bytes), queueMicrotask);
  const here = subjectOf(prefix, 'here');
  const gone = subjectOf(prefix, 'gone');
  const beat = () => send(here, TEXT.encode(id));
  function heard(message: Msg): void {
    if (members.heard(message.string())) beat();
  }

  hearOn(here, heard);
  hearOn(gone, (message) => members.left(message.string()));
  hearOn(`${subjectOf(prefix, 'answer', id)}.*`, ({ subject, data }) => {
    const by = Buffer.from(data.subarray(0, ID_BYTES)).toString();
    const number = Number(lastTokenOf(subject));
    const status = data[ID_BYTES];
    members.answered(by);
    if (status === UNCONCERNED) questions.unconcerned(number, by);
    else questions.answered(number, by, status === ANSWERED ? data.subarray(ID_BYTES + 1) : undefined);
  });
  const answering = new Map<string, (question: Uint8Array) => Promise<Uint8Array>>();
  hearOn(`${subjectOf(prefix, 'ask')}.*`, ({ subject, data, reply }) => {
    if (reply === undefined) return;
    const respond = (status: number, bytes: Uint8Array = new Uint8Array()) =>
      send(reply, Buffer.concat([TEXT.encode(id), Buffer.of(status), bytes]));
    const answer = answering.get(lastTokenOf(subject));
    if (answer === undefined) return respond(UNCONCERNED);
    answer(data)
      .then((bytes) => respond(ANSWERED, bytes))
      .catch((error: unknown) => {
        log.error({ err: error, subject }, 'a question of another bridge could not be answered');
        respond(FAILED);
      });
  });
  const put = (subject: string, question: Uint8Array) => (number: number) =>
    send(subjectOf(prefix, 'ask', subject), question, subjectOf(prefix, 'answer', id, String(number)));
  await nats.flush();
  let cancelBeat = () => {};
  function keepBeating(): void {
    beat();
    cancelBeat = clock.after(BEAT_MS, keepBeating);
  }
  keepBeating();
  await new Promise<void>((resolve) => clock.after(JOIN_MS, resolve));

  return {
    id,
    get others() {
      return members.others;
    },
    onLost: members.onLost,
    get isBehind() {
      return probes.size >= MOST_PROBES;
    },
    say: batches.add,
    listen(channel, hear) {
      const subject = live + subjectOf(channel);
      // A copy: what waits for its readers is not to hold on to what came for others in the same bytes.
      return hearOn(subject, ({ data }) =>
        readBatch(Uint8Array.from(data), (bytes) => take(subject, () => hear(bytes))),
      );
    },
    async caughtUp() {
      batches.flush();
      if (connection.isConnected) await nats.flush().catch(() => undefined);
    },
    ask: (subject, question, patienceMs, isEnough) =>
      questions.ask(members.others, patienceMs, put(subject, question), isEnough),
    async askPresent(subject, question, patienceMs) {
      const askedMs = clock.monotonicMs();
      const answers = await questions.ask(members.present, patienceMs, put(subject, question));
      for (const silent of answers.silent) members.missed(silent, askedMs);
      return answers;
    },
    onAsked(subject, answer) {
      const token = subjectOf(subject);
      answering.set(token, answer);
      return () => answering.delete(token);
    },
    async close() {
      cancelBeat();
      send(gone, TEXT.encode(id));
      questions.close();
      members.close();
      await nats.flush().catch(() => undefined);
    },
  };
}

function lastTokenOf(subject: string): string {
  return subject.slice(subject.lastIndexOf('.') + 1);
}
