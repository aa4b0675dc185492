/** Owns exchanges between brokers in one process, for tests that decide what is heard: each can be cut off, and hears nothing then. */

import type { Exchange } from '../../../src/core/cluster/exchange.ts';
import type { Clock } from '../../../src/core/ports.ts';

interface Member extends Exchange {
  isCutOff: boolean;
  readonly asked: Map<string, (question: Uint8Array) => Promise<Uint8Array>>;
  readonly heard: Map<string, (bytes: Uint8Array) => void>;
  readonly lost: Set<(id: string) => void>;
  /** Said while it was cut off: it goes out later. */
  readonly late: (readonly [channel: string, bytes: Uint8Array])[];
}

export interface MemoryExchanges {
  join(id: string): Exchange;
  cutOff(id: string): void;
  /** @param isHeardLate what it has said meanwhile goes out now, else it is lost */
  reach(id: string, isHeardLate?: boolean): void;
  /** The others do not count on it any more. */
  lose(id: string): void;
  /** It is no more, and the others have noticed. */
  kill(id: string): void;
}

/** @param clock by which who asks loses patience; absent: it has no end */
export function memoryExchanges(clock?: Clock): MemoryExchanges {
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
        late: [],
        get others() {
          return [...members.keys()].filter((other) => other !== id);
        },
        isBehind: false,
        onLost(listener) {
          member.lost.add(listener);
          return () => member.lost.delete(listener);
        },
        say(channel, bytes) {
          if (member.isCutOff) member.late.push([channel, bytes]);
          for (const { heard } of reached(id)) heard.get(channel)?.(bytes);
        },
        listen(channel, hear) {
          member.heard.set(channel, hear);
          return () => member.heard.delete(channel);
        },
        caughtUp: async () => undefined,
        async ask(subject, question, patienceMs) {
          let cancel = () => {};
          const patience = new Promise<undefined>((resolve) => {
            cancel = clock?.after(patienceMs, () => resolve(undefined)) ?? cancel;
          });
          const asked = reached(id).map((other) => Promise.race([other.asked.get(subject)?.(question), patience]));
          const answers = await Promise.all(asked);
          cancel();
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
    reach(id, isHeardLate = false) {
      setCutOff(id, false);
      const member = members.get(id);
      const late = member?.late.splice(0) ?? [];
      if (isHeardLate) for (const said of late) member?.say(...said);
    },
    lose(id) {
      for (const { lost } of reached(id)) for (const listener of lost) listener(id);
    },
    kill(id) {
      setCutOff(id, false);
      const living = reached(id);
      members.delete(id);
      for (const { lost } of living) for (const listener of lost) listener(id);
    },
  };
}
