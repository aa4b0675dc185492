/**
 * Owns what kept sessions are owed, wherever they are: stored message by message behind one another, and taken away when the client
 * has it. The order is that of the shelf.
 */

import type { Shelf } from '../../../../core/cluster/shelf.ts';
import type { Clock } from '../../../../core/ports.ts';
import type { KeptOwed, SessionFacts } from '../../kept/changes.ts';
import { sessionKey } from './elsewhere.ts';
import type { Outgoing } from './outgoing.ts';
import { writeOwed } from './records.ts';
import type { SessionState } from './session-state.ts';

type QueueKey = readonly [bucket: string, accountKey: string, clientId: string, born: string];

interface QueuesSetup {
  readonly shelf: Shelf;
  readonly outgoing: Outgoing;
  readonly clock: Clock;
  readonly newMark: () => string;
  /** It does not fit. */
  readonly dropped: (facts: SessionFacts) => void;
}

export interface Queues {
  /** A session that is here has it now. @returns by which number it is kept */
  hold(state: SessionState, owed: KeptOwed): number;
  /** For a session, wherever it is: it gets it when it is told of it. Resolves when it is there, or finds no room, or is too large. */
  send(facts: SessionFacts, key: QueueKey, owed: KeptOwed): Promise<void>;
  /** The client has it. @param changed runs when the session's record is to say something else of it */
  settle(state: SessionState, key: QueueKey, number: number, changed: () => void): void;
  /** What the client has is taken away; the rest waits for it. */
  leave(state: SessionState, key: QueueKey): void;
  /** Nothing more of it is of interest. */
  close(state: SessionState): void;
  clear(key: QueueKey): void;
  /** Resolves when what the client has is taken away. */
  quiet(accountKey: string, clientId: string): Promise<void>;
}

/** What many have acknowledged is taken away at a time. */
const TIDY_MS = 200;
const MOST_UNTIDY = 100;
const SPARE_SECONDS = 60;

export function createQueues({ shelf, outgoing, clock, newMark, dropped }: QueuesSetup): Queues {
  const takings = new Map<string, Promise<void>>();
  const untidy = new Map<SessionState, () => void>();
  let numbers = 0;

  function tidy(state: SessionState, key: QueueKey): void {
    untidy.get(state)?.();
    untidy.delete(state);
    state.untidy = 0;
    const { settledTo, clearedTo } = state;
    if (settledTo <= clearedTo) return;
    state.clearedTo = settledTo;
    void take(key, () => shelf.purge(key, settledTo));
  }

  function take([, accountKey, clientId]: QueueKey, taking: () => Promise<unknown>): Promise<unknown> {
    const name = sessionKey(accountKey, clientId);
    const before = takings.get(name) ?? Promise.resolve();
    const taken = outgoing.persist(taking);
    const all = taken
      .then(() => before)
      .then(() => {
        if (takings.get(name) === all) takings.delete(name);
      });
    takings.set(name, all);
    return taken;
  }

  return {
    hold(state, { stored, qos, packetId, isReleased }) {
      if (stored === undefined) return 0;
      numbers += 1;
      state.hold(numbers, stored.mark, { position: stored.position, qos, packetId, isReleased });
      return numbers;
    },
    send(facts, key, owed) {
      const bytes = writeOwed(owed);
      if (bytes.length > shelf.mostBytes) {
        dropped(facts);
        return Promise.resolve();
      }
      const note = outgoing.begin();
      // Who holds the session may be in doubt for a moment: whatever two bridges put there of one message is there once.
      const mark = owed.origin === undefined ? newMark() : `${owed.origin}/${key[3]}`;
      const lifetimeSeconds = facts.expirySeconds + SPARE_SECONDS;
      return outgoing.put(shelf, key, bytes, mark, { lifetimeSeconds }).then((position) => {
        if (position === 'full' || position === 'refused') dropped(facts);
        outgoing.end(note);
      });
    },
    settle(state, key, number, changed) {
      const held = state.held.get(number);
      if (held === undefined) return;
      if (held.qos === 1) {
        state.held.delete(number);
        plan(state, key);
        if (held.packetId > 0) changed();
        return;
      }
      // Sent again it would be another message to who has forgotten it: its record says that it has it for as long as it is there.
      void take(key, () => shelf.remove(held.position)).then(() => {
        state.held.delete(number);
        changed();
      });
    },
    leave: tidy,
    close(state) {
      untidy.get(state)?.();
      untidy.delete(state);
      state.held.clear();
    },
    clear: (key) => void take(key, () => shelf.purge(key, Number.MAX_SAFE_INTEGER)),
    quiet: async (accountKey, clientId) => takings.get(sessionKey(accountKey, clientId)),
  };

  function plan(state: SessionState, key: QueueKey): void {
    state.untidy += 1;
    if (state.untidy >= MOST_UNTIDY) {
      tidy(state, key);
      return;
    }
    if (!untidy.has(state))
      untidy.set(
        state,
        clock.after(TIDY_MS, () => tidy(state, key)),
      );
  }
}
