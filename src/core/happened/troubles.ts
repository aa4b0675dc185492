/**
 * Owns since when a part of the service is not as it should be, and until when others were: looked at now and then, the latest kept
 * over restarts. What is shorter than a look is not seen.
 */

import type { Check } from '../../protocol/entities/health.ts';
import type { Clock, Log } from '../ports.ts';
import type { CollectionSpec, Store, StoredRecord } from '../store.ts';

export interface TroubleRecord extends StoredRecord {
  readonly part: string;
  /** `degraded`: it works, but not as it should. */
  readonly kind: 'degraded' | 'failed';
  /** As its check has it, where it has one. */
  readonly reason: string | null;
  readonly fromMs: number;
  /** Null while it lasts. */
  readonly toMs: number | null;
}

export const TROUBLES: CollectionSpec<TroubleRecord> = { name: 'troubles', unique: {} };

export interface Troubles {
  /** The latest last. */
  all(): Iterable<TroubleRecord>;
  /** Begins to look. @returns its end */
  start(): () => void;
}

const LOOK_EVERY_MS = 10_000;
const KEPT = 200;

interface Ports {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/** @param checks the parts by name, as health asks them */
export function createTroubles({ store, clock, log }: Ports, checks: Readonly<Record<string, () => Check>>): Troubles {
  // The store may be the part that is in trouble: what could not be written is written when it can be again.
  const known = new Map([...store.collection(TROUBLES).values()].map((record) => [record.id, record]));
  const unwritten = new Set<string>();
  let cancel = () => {};
  // Of several bridges one looks, and all know.
  store.watch(TROUBLES, (changes) => {
    for (const { id, after } of changes) {
      if (after) known.set(id, after);
      else known.delete(id);
    }
  });

  function look(): void {
    cancel = clock.after(LOOK_EVERY_MS, look);
    const nowMs = clock.now();
    const now = new Map(Object.entries(checks).map(([part, check]) => [part, wrongIn(check())]));
    for (const record of known.values()) {
      if (record.toMs !== null || isSame(record, now.get(record.part))) continue;
      note({ ...record, toMs: nowMs });
    }
    const lasting = new Set([...known.values()].flatMap(({ part, toMs }) => (toMs === null ? [part] : [])));
    for (const [part, wrong] of now) {
      if (wrong && !lasting.has(part)) note({ id: `${part}-${nowMs}`, part, ...wrong, fromMs: nowMs, toMs: null });
    }
    if (unwritten.size > 0) write();
  }

  function note(record: TroubleRecord): void {
    known.set(record.id, record);
    unwritten.add(record.id);
    const [oldest] = known.size > KEPT ? known.keys() : [];
    if (oldest === undefined) return;
    known.delete(oldest);
    unwritten.add(oldest);
  }

  function write(): void {
    const ids = [...unwritten];
    unwritten.clear();
    const change = store.commit((tx) => {
      const kept = tx.collection(TROUBLES);
      for (const id of ids) {
        const record = known.get(id);
        if (record) kept.put(record);
        else kept.delete(id);
      }
    });
    change.catch((error: unknown) => {
      for (const id of ids) unwritten.add(id);
      log.debug({ err: error }, 'what is wrong could not be kept; trying again');
    });
  }

  return {
    all: () => known.values(),
    start() {
      cancel = clock.after(LOOK_EVERY_MS, look);
      return () => cancel();
    },
  };
}

type Wrong = Pick<TroubleRecord, 'kind' | 'reason'>;

function wrongIn({ healthy, meta }: Check): Wrong | undefined {
  if (healthy === true) return undefined;
  const reason = meta?.['reason'];
  return { kind: healthy === null ? 'degraded' : 'failed', reason: typeof reason === 'string' ? reason : null };
}

function isSame({ kind, reason }: TroubleRecord, wrong: Wrong | undefined): boolean {
  return wrong !== undefined && wrong.kind === kind && wrong.reason === reason;
}
