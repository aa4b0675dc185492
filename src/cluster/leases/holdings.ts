/**
 * Owns who of the living bridges has which of the things that one does at a time: whoever leads decides, in the log, and gives what a bridge had
 * to others when nothing was heard of it for two seconds. A bridge that does not reach the log has nothing. No two clocks are compared.
 */

import type { HeldTerm, Holdings } from '../../core/cluster/holdings.ts';
import type { Leadership } from '../../core/cluster/leadership.ts';
import type { Clock, Log } from '../../core/ports.ts';
import type { Fence, Store } from '../../core/store.ts';
import { ApiError } from '../../protocol/api-error.ts';
import { placed } from './placing.ts';
import type { Life, Pulse } from './pulse.ts';
import { LEASES } from './records.ts';
import { createTerms, type Terms } from './terms.ts';

/** One that lives. */
export interface LivingBridge extends Life {
  readonly bridge: string;
}

export interface SharedHoldings extends Holdings {
  /** Who lives, this bridge among them. */
  readonly bridges: readonly LivingBridge[];
  /** Whether this bridge serves as well as any other: it has had the word of a majority of those who keep the log, not too long ago. */
  readonly isReached: boolean;
  /** Ends all work, and gives everything back. */
  close(): Promise<void>;
}

interface Options {
  /** Which bridge we are. */
  readonly holder: string;
  readonly store: Store;
  readonly leadership: Pick<Leadership, 'leads' | 'commit'>;
  readonly pulse: Pulse;
  /** How far this bridge has the log. */
  readonly entry: () => number;
  /** Whether there is a NATS server for us, with others behind it as far as is known. */
  readonly isConnected: () => boolean;
  /** Resolves when it has all that is in the log by now. */
  readonly caughtUp: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Thing {
  readonly terms: Terms;
  epoch: number | undefined;
  term: HeldTerm | undefined;
}

const BEAT_MS = 400;
const SILENCE_MS = 2000;
/** Whoever takes over what was seen so lately goes on with it; else it begins anew. */
const LATELY_MS = 10_000;
/** In place of a lease: the life of a bridge. Its `epoch` is this as it leaves. */
const LIFE = 'bridge';
const LEAVING = -1;
const PREFIX = 'held/';
const UNHEARD: Life = { held: [], entry: 0, takesPart: false };
const ASK_MS = 1000;
/** After so long others may have removed whoever logs in. */
const OUT_OF_REACH_MS = 5000;
/** Where the servers are there they choose a leader, and all bridges wait for that alike: who was sent away from one would find no better one. */
const CHOICE_MS = 10_000;
/** As long as NATS servers may need to choose their next leaders, what a bridge sees stays with it: nobody else could be given it. */
const LEFT_MS = 8000;

export function createHoldings(options: Options): SharedHoldings {
  const { holder, store, leadership, pulse, entry, isConnected, caughtUp, clock, log } = options;
  const records = store.collection(LEASES);
  const things = new Map<string, Thing>();
  const heardMs = new Map<string, number>();
  /** When whoever had a thing was last known to live. */
  const seenMs = new Map<string, number>();
  const lives = new Map<string, Life>();
  const startedMs = clock.monotonicMs();
  let reachedMs = startedMs;
  let askedMs = Number.NEGATIVE_INFINITY;
  /** We were out of reach, or stood still: what is ours may be another's, which we have yet to hear of. */
  let isInDoubt = false;
  let isClosed = false;
  let cancel = () => {};
  let placing: Promise<void> | undefined;

  const wasReachedFor = (ms: number) => clock.monotonicMs() - reachedMs < ms;
  const isAlive = (bridge: string, sinceMs = Number.NEGATIVE_INFINITY) =>
    clock.monotonicMs() - (heardMs.get(bridge) ?? sinceMs) < SILENCE_MS;
  const living = () => [...heardMs.keys()].filter((bridge) => isAlive(bridge));
  const helping = () => living().filter((bridge) => lives.get(bridge)?.takesPart === true);
  const holderOf = (name: string) => records.get(PREFIX + name)?.holder ?? undefined;

  const stops = [
    pulse.onBeat(({ lease, epoch, holder: bridge, life }) => {
      if (lease !== LIFE || bridge === holder) return;
      if (epoch === LEAVING) heardMs.delete(bridge);
      else heardMs.set(bridge, clock.monotonicMs());
      if (life) lives.set(bridge, life);
    }),
    store.watch(LEASES, look),
  ];

  function look(): void {
    if (isClosed) return;
    isInDoubt ||= !wasReachedFor(LEFT_MS);
    for (const [name, thing] of things) {
      const record = records.get(PREFIX + name);
      const epoch = record?.holder === holder && !isInDoubt ? record.epoch : undefined;
      if (epoch === thing.epoch) continue;
      thing.epoch = epoch;
      if (isInDoubt) log.warn({ held: name }, 'this is left to others: the log of the cluster is out of reach');
      if (epoch !== undefined) log.info({ held: name, epoch }, 'this falls to us');
      thing.term = epoch === undefined ? undefined : termOf(name, epoch, record?.isFresh !== true);
      thing.terms.turn(thing.term);
    }
  }

  function termOf(name: string, epoch: number, takesOver: boolean): HeldTerm {
    const fence: Fence = (tx) => {
      const record = tx.collection(LEASES).get(PREFIX + name);
      if (record?.holder === holder && record.epoch === epoch) return;
      throw new ApiError('unavailable', { cause: new Error(`another bridge of the cluster has ${name}`) });
    };
    return { takesOver, fence };
  }

  function held(): string[] {
    return [...things].flatMap(([name, { epoch }]) => (epoch === undefined ? [] : [name])).sort();
  }

  function noteSeen(): void {
    for (const name of things.keys()) {
      const bridge = holderOf(name);
      if (bridge !== undefined && isAlive(bridge)) seenMs.set(name, clock.monotonicMs());
    }
  }

  async function place(): Promise<void> {
    const names = [...things.keys()];
    const known = new Map(names.map((name) => [name, records.get(PREFIX + name)]));
    const holders = new Map<string, string>();
    for (const [name, record] of known) {
      // Whom we have not heard yet may live all the same.
      if (typeof record?.holder === 'string' && isAlive(record.holder, startedMs)) holders.set(name, record.holder);
    }
    const wanted = placed(names, holders, [...new Set([...helping(), ...holders.values()])]);
    const moves = [...wanted].filter(([name, bridge]) => known.get(name)?.holder !== bridge);
    if (moves.length === 0) return;
    await leadership.commit((tx) => {
      const rows = tx.collection(LEASES);
      for (const [name, bridge] of moves) {
        const epoch = (rows.get(PREFIX + name)?.epoch ?? 0) + 1;
        const isFresh = clock.monotonicMs() - (seenMs.get(name) ?? Number.NEGATIVE_INFINITY) > LATELY_MS;
        rows.put({ id: PREFIX + name, holder: bridge, epoch, ...(isFresh && { isFresh }) });
      }
    });
    for (const [name, bridge] of moves) log.info({ held: name, bridge }, 'given to a bridge');
  }

  function say(): void {
    const life = { held: held(), entry: entry(), takesPart: things.size > 0 };
    lives.set(holder, life);
    heardMs.set(holder, clock.monotonicMs());
    pulse.beat({ lease: LIFE, epoch: 0, holder, life });
  }

  function reach(): void {
    const nowMs = clock.monotonicMs();
    if (nowMs - askedMs < ASK_MS) return;
    askedMs = nowMs;
    const reached = async () => {
      if (isInDoubt) await caughtUp();
      reachedMs = Math.max(reachedMs, nowMs);
      isInDoubt &&= !wasReachedFor(LEFT_MS);
      look();
    };
    pulse
      .reachLog()
      .then(reached)
      .catch((error: unknown) => log.debug({ err: error }, 'the log of the cluster is not reached'));
  }

  function turn(): void {
    say();
    reach();
    noteSeen();
    look();
    if (leadership.leads && things.size > 0) {
      placing ??= place()
        .catch((error: unknown) => log.debug({ err: error }, 'nothing could be given to a bridge'))
        .finally(() => {
          placing = undefined;
          look();
        });
    }
    cancel = clock.after(BEAT_MS, turn);
  }

  async function giveBack(): Promise<void> {
    const held = [...things].filter(([, { epoch }]) => epoch !== undefined);
    if (held.length === 0) return;
    await store.commit((tx) => {
      const rows = tx.collection(LEASES);
      for (const [name, { epoch }] of held) {
        const record = rows.get(PREFIX + name);
        if (record?.holder === holder && record.epoch === epoch) rows.put({ ...record, holder: null });
      }
    });
  }

  turn();
  return {
    get bridges() {
      return living().map((bridge) => ({ bridge, ...(lives.get(bridge) ?? UNHEARD) }));
    },
    get isReached() {
      return wasReachedFor(isConnected() ? CHOICE_MS : OUT_OF_REACH_MS);
    },
    holds: (name) => things.get(name)?.epoch !== undefined,
    whileHolding(name, begin) {
      const thing = things.get(name) ?? { terms: createTerms(log), epoch: undefined, term: undefined };
      things.set(name, thing);
      const end = thing.terms.whileLeading(() => (thing.term ? begin(thing.term) : () => undefined));
      look();
      return end;
    },
    async close() {
      cancel();
      isClosed = true;
      for (const stop of stops) stop();
      await placing;
      await Promise.all([...things.values()].map(({ terms }) => terms.close()));
      pulse.beat({ lease: LIFE, epoch: LEAVING, holder });
      await giveBack().catch((error: unknown) => log.debug({ err: error }, 'nothing could be given back'));
    },
  };
}
