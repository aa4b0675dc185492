/**
 * Owns what brokers tell one another of their groups of shared subscriptions: each says how many members it has, in numbered words, so that
 * who has missed one asks for all of them; and every second that it is there.
 */

import type { Exchange } from '../../../../core/cluster/exchange.ts';
import type { Clock, Log } from '../../../../core/ports.ts';
import type { Message } from '../../message.ts';
import { ShareChoice } from '../../routes/share-choice.ts';
import { QUESTION } from '../answering.ts';
import { writeMessage } from '../live-message.ts';
import { read, write } from '../texts.ts';
import { type Attendance, GroupTable } from './group-table.ts';

export interface Groups {
  /** So many members of a group are here now. */
  count(attendance: Attendance): void;
  /** Resolves when the others know what was counted last; soon in any case. Undefined: they know. */
  told(): Promise<unknown> | undefined;
  /** Undefined where no group has asked for the topic. */
  choose(bucket: string, topic: string): ShareChoice | undefined;
  /** A message has come for groups of which nobody is here any more: it goes on to where somebody is. */
  passOn(bucket: string, message: Message): void;
  /** Resolves when the others' groups are known here. */
  begin(): Promise<void>;
  close(): void;
}

/** What a word is: a change behind the word before it, all that there is, more of that. A word without anything in it says that its broker is there. */
const WORD = { change: 0, all: 1, more: 2 } as const;
const PATIENCE_MS = 750;
const BEAT_MS = 1000;
/** One that stands still, or was killed, gets nothing more after that. */
const SILENT_MS = 2500;
/** A word is to fit into one message, where one filter may be of 64 KB. */
const MOST_BYTES = 256 * 1024;
/** Of each: its account, and how many members it has. */
const SPARE_BYTES = 100;

export function openGroups(exchange: Exchange, clock: Clock, log: Log): Groups {
  const me = exchange.id;
  const table = new GroupTable();
  const known = new Map<string, { number: number; heardMs: number }>();
  let number = 0;
  let telling: Promise<unknown> | undefined;
  const isPresent = (broker: string) =>
    broker === me || clock.monotonicMs() - (known.get(broker)?.heardMs ?? 0) < SILENT_MS;

  function tell(word: number, attendances: readonly Attendance[]): Promise<unknown> {
    const values = attendances.flatMap(({ bucket, group, members }) => [bucket, group, members]);
    return exchange.askPresent(QUESTION.groups, write(me, number, word, ...values), PATIENCE_MS);
  }

  async function tellAll(): Promise<void> {
    const [first = [], ...more] = inWords(table.of(me));
    await Promise.all([tell(WORD.all, first), ...more.map((attendances) => tell(WORD.more, attendances))]);
  }

  async function hear(bytes: Uint8Array): Promise<Uint8Array> {
    const fields = read(bytes);
    const [broker, theirs, word] = [fields.text(), fields.integer(), fields.integer()];
    const before = known.get(broker)?.number ?? 0;
    const isNext = before === (word === WORD.change ? theirs - 1 : theirs);
    if (word === WORD.all) table.forget(broker);
    known.set(broker, { number: isNext || word === WORD.all ? theirs : before, heardMs: clock.monotonicMs() });
    if (!isNext && word !== WORD.all) {
      await exchange.ask(QUESTION.groupsOf, write(broker), PATIENCE_MS);
      return write();
    }
    while (!fields.isAtEnd) {
      table.set(broker, { bucket: fields.text(), group: fields.text(), members: fields.integer() });
    }
    return write();
  }

  const stops = [
    exchange.onAsked(QUESTION.groups, hear),
    exchange.onAsked(QUESTION.groupsOf, async (question) => {
      const whose = read(question).text();
      if (number > 0 && (whose === '' || whose === me)) await tellAll();
      return write();
    }),
    exchange.onLost((broker) => {
      known.delete(broker);
      table.forget(broker);
    }),
  ];
  let cancelBeat = clock.after(BEAT_MS, beat);
  function beat(): void {
    cancelBeat = clock.after(BEAT_MS, beat);
    if (number > 0) void tell(WORD.more, []);
  }

  return {
    count(attendance) {
      if (table.members(attendance.bucket, attendance.group, me) === attendance.members) return;
      table.set(me, attendance);
      number += 1;
      const word = tell(WORD.change, [attendance]);
      telling = word;
      void word.then(() => {
        if (telling === word) telling = undefined;
      });
    },
    told: () => telling,
    choose(bucket, topic) {
      const chosen = table.choose(bucket, topic, isPresent);
      return chosen.size === 0 ? undefined : new ShareChoice(me, chosen);
    },
    passOn(bucket, message) {
      const { choice, qos, topic } = message;
      // Twice would be for ever, where brokers take one another for somebody's place.
      if (choice === undefined || choice.isForGroupsOnly || qos === 0) return;
      const left = choice.groupsHere.filter((group) => table.members(bucket, group, me) === 0);
      if (left.length === 0) return;
      const again = [...table.choose(bucket, topic, isPresent)].filter(([group]) => left.includes(group));
      if (again.length === 0) log.debug({ topic }, 'nobody is left of a group that a message has come for');
      else exchange.say(bucket, writeMessage(message, [], new ShareChoice(me, new Map(again), true)));
    },
    begin: async () => void (await exchange.ask(QUESTION.groupsOf, write(''), PATIENCE_MS)),
    close() {
      cancelBeat();
      for (const stop of stops) stop();
    },
  };
}

function inWords(attendances: readonly Attendance[]): Attendance[][] {
  const words: Attendance[][] = [];
  let left = 0;
  for (const attendance of attendances) {
    const bytes = Buffer.byteLength(attendance.group) + SPARE_BYTES;
    if (bytes > left) {
      words.push([]);
      left = MOST_BYTES;
    }
    left -= bytes;
    words.at(-1)?.push(attendance);
  }
  return words;
}
