/** Pins that nothing is lost, whatever is noted while the disk is at work, while a journal is made anew, and while the disk fails. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Keeper } from '../../../../src/brokers/embedded/kept/keeper.ts';
import type { KeptState } from '../../../../src/brokers/embedded/kept/state.ts';
import type { Message } from '../../../../src/brokers/embedded/message.ts';
import type { Owed } from '../../../../src/brokers/embedded/sessions/owed.ts';
import type { Clock } from '../../../../src/core/ports.ts';
import { CrashDisk } from '../../../store/crash-disk.ts';
import { contentOf, durable, FRESH, grantedOf, JOURNAL, messageOf, openOn, owe, sessionOf } from './on-disk.ts';

const NOTES = 40_000;

/** Waits are short. */
const hastyClock: Clock = {
  now: Date.now,
  monotonicMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs / 1000);
    return () => clearTimeout(timer);
  },
};

interface Client {
  readonly session: ReturnType<typeof sessionOf>;
  readonly filters: Set<string>;
  readonly owed: Set<Owed>;
  readonly received: Set<number>;
}

/** Notes something, and remembers what must be kept of it. */
class Notes {
  count = 0;
  readonly #keeper: Keeper;
  readonly #below: (limit: number) => number;
  readonly #clients: Client[] = [];
  readonly #retained = new Map<string, string>();
  #messages: Message[] = [];

  constructor(keeper: Keeper, below: (limit: number) => number) {
    this.#keeper = keeper;
    this.#below = below;
  }

  another(): void {
    this.count += 1;
    const kind = this.#below(20);
    const client = this.#pick(this.#clients);
    if (client === undefined || kind < 2) this.#begin();
    else if (kind < 4) this.#subscribe(client, `f${this.#below(30)}`);
    else if (kind < 12) this.#owe(client);
    else if (kind < 17) this.#settle(client);
    else if (kind < 18) this.#receive(client, this.#below(50));
    else this.#retain(`r${this.#below(400)}`);
  }

  /** As `contentOf`, in an order of their own. */
  content(): unknown {
    return inOrder(
      this.#clients.map(({ session, filters, owed, received }) => ({
        clientId: session.clientId,
        filters: [...filters],
        owed: [...owed].map(({ message }) => message.payload.toString()),
        received: [...received],
      })),
      [...this.#retained].map(([topic, text]) => `${topic}=${text}`),
    );
  }

  #begin(): void {
    const session = sessionOf(`c${this.count}`);
    this.#keeper.opened(session);
    this.#clients.push({ session, filters: new Set(), owed: new Set(), received: new Set() });
    // Enough for several slices.
    if (this.#clients.length < 300) return;
    const [ended] = this.#clients.splice(this.#below(this.#clients.length), 1);
    if (ended !== undefined) this.#keeper.ended(ended.session);
  }

  #subscribe({ session, filters }: Client, filter: string): void {
    if (filters.delete(filter)) {
      this.#keeper.unsubscribed(session, filter);
      return;
    }
    filters.add(filter);
    this.#keeper.subscribed(session, grantedOf(filter));
  }

  /** Now and then what others are owed, or were. */
  #owe({ session, owed }: Client): void {
    const shared = this.#below(3) === 0 ? this.#pick(this.#messages) : undefined;
    const message = shared ?? messageOf('q', `${this.count}`);
    this.#messages = [...this.#messages.slice(-50), message];
    owed.add(owe({ keeper: this.#keeper }, session, message));
  }

  #settle({ session, owed }: Client): void {
    const settled = this.#pick([...owed]);
    if (settled === undefined) return;
    owed.delete(settled);
    this.#keeper.settled(session, settled);
  }

  #receive({ session, received }: Client, packetId: number): void {
    if (received.delete(packetId)) {
      this.#keeper.forgotten(session, packetId);
      return;
    }
    received.add(packetId);
    this.#keeper.received(session, packetId);
  }

  #retain(topic: string): void {
    if (this.#below(3) === 0) {
      this.#retained.delete(topic);
      this.#keeper.cleared(topic, '');
      return;
    }
    this.#retained.set(topic, `${this.count}`);
    this.#keeper.retained(messageOf(topic, `${this.count}`), '');
  }

  #pick<T>(all: readonly T[]): T | undefined {
    return all[this.#below(Math.max(1, all.length))];
  }
}

interface Found {
  readonly clientId: string;
  readonly filters: readonly string[];
  readonly owed: readonly string[];
  readonly received: readonly number[];
}

/** Only what is owed has an order of its own. */
function inOrder(sessions: readonly Found[], retained: readonly string[]): unknown {
  const sorted = sessions.map((session) => ({
    ...session,
    filters: [...session.filters].sort(),
    received: [...session.received].sort(),
  }));
  return { sessions: sorted.map((session) => JSON.stringify(session)).sort(), retained: [...retained].sort() };
}

function found(state: KeptState): unknown {
  const { sessions, retained } = contentOf(state);
  return inOrder(
    sessions.map(({ clientId, filters, owed, received = [] }) => ({ clientId, filters, owed, received })),
    retained,
  );
}

/** Small numbers that look random and are the same each time (Numerical Recipes' generator). */
function numbersFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

it.each([
  ['on a disk that works', 0],
  ['on a disk that fails now and then, at anything', 1 / 200],
])('%s all that was noted is there after a power cut', async (_, failures) => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const below = numbersFrom(seed);
      const disk = new CrashDisk();
      const kept = await openOn(disk, { slackBytes: 5000, clock: hastyClock });
      const notes = new Notes(kept.keeper, below);
      let freshCalls = 0;
      // At every call of the disk, so that they meet each step of the way.
      disk.before = ({ name, path }) => {
        if (path === FRESH) freshCalls += 1;
        for (let count = below(20); count > 0 && notes.count < NOTES; count -= 1) notes.another();
        if (name !== 'open' && name !== 'close' && below(1000) < failures * 1000) throw new Error(`EIO: ${name}`);
      };
      while (notes.count < NOTES) {
        notes.another();
        await durable(kept);
      }
      disk.before = () => undefined;
      await durable(kept);
      expect(kept.keeper.fault).toBeNull();
      expect(freshCalls).toBeGreaterThan(20);
      expect(disk.content(JOURNAL)?.length).toBeLessThan(400_000);
      expect(found((await openOn(disk.after('power cut'))).state)).toEqual(notes.content());
    }),
    { numRuns: 12 },
  );
});
