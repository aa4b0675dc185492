/** Owns exchanges between brokers in one process, for tests that decide what is heard: each can be cut off, and hears nothing then. */

import type { Exchange } from '../../../src/core/cluster/exchange.ts';

interface Member extends Exchange {
  isCutOff: boolean;
  readonly asked: Map<string, (question: Uint8Array) => Promise<Uint8Array>>;
  readonly heard: Map<string, (bytes: Uint8Array) => void>;
  readonly lost: Set<(id: string) => void>;
}

export interface MemoryExchanges {
  join(id: string): Exchange;
  cutOff(id: string): void;
  reach(id: string): void;
  /** The others do not count on it any more. */
  lose(id: string): void;
}

export function memoryExchanges(): MemoryExchanges {
  const members = new Map<string, Member>();
  const reached = (id: string) =>
    [...members.values()].filter((one) => one.id !== id && !one.isCutOff && members.get(id)?.isCutOff === false);
  const setCutOff = (id: string, isCutOff: boolean) => {
    const member = members.get(id);
    if (member !== undefined) member.isCutOff = isCutOff;
  };

  return {
    join(id) {
      const member: Member = {
        id,
        isCutOff: false,
        asked: new Map(),
        heard: new Map(),
        lost: new Set(),
        get others() {
          return [...members.keys()].filter((other) => other !== id);
        },
        isBehind: false,
        onLost(listener) {
          member.lost.add(listener);
          return () => member.lost.delete(listener);
        },
        say(channel, bytes) {
          for (const { heard } of reached(id)) heard.get(channel)?.(bytes);
        },
        listen(channel, hear) {
          member.heard.set(channel, hear);
          return () => member.heard.delete(channel);
        },
        caughtUp: async () => undefined,
        async ask(subject, question) {
          const answers = await Promise.all(reached(id).map(({ asked }) => asked.get(subject)?.(question)));
          return { answers: answers.filter((answer) => answer !== undefined), silent: [] };
        },
        askPresent: (subject, question, patienceMs) => member.ask(subject, question, patienceMs),
        onAsked(subject, answer) {
          member.asked.set(subject, answer);
          return () => member.asked.delete(subject);
        },
      };
      members.set(id, member);
      return member;
    },
    cutOff: (id) => setCutOff(id, true),
    reach: (id) => setCutOff(id, false),
    lose(id) {
      for (const { lost } of reached(id)) for (const listener of lost) listener(id);
    },
  };
}
