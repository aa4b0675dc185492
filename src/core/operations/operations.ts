/** Owns long work that somebody has asked for: how far it is, what came of it, and its end before its time. In memory alone. */

import { ApiError } from '../../protocol/api-error.ts';
import type { Clock, Log, Secrets } from '../ports.ts';
import { toApiError } from '../requests/error-body.ts';
import { isoZulu } from '../wire-time.ts';

interface Operation {
  readonly id: string;
  /** What is done, such as `import`. */
  readonly kind: string;
  readonly by: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled';
  readonly done: number;
  /** Null while nobody knows. */
  readonly total: number | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** What came of it; null before that, and where nothing did. */
  readonly result: unknown;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface Progress {
  /** Aborted when somebody cancels, or the service ends: to be heeded wherever nothing is half done. */
  readonly signal: AbortSignal;
  report(done: number, total: number | null): void;
}

export interface Operations {
  /** Begins at once. @throws ApiError `unavailable` when too much is under way */
  start(kind: string, by: string, work: (progress: Progress) => Promise<unknown>): Operation;
  /** The latest first. */
  list(): readonly Operation[];
  /** @throws ApiError `not_found` */
  read(id: string): Operation;
  /** Asks it to end; what has ended is forgotten. @throws ApiError `not_found` */
  cancel(id: string): void;
  /** Cancels everything, and waits for it. */
  close(): Promise<void>;
}

interface Ports {
  readonly clock: Pick<Clock, 'now'>;
  readonly secrets: Pick<Secrets, 'newUuid'>;
  readonly log: Log;
}

interface Entry {
  operation: Operation;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

const MAX_RUNNING = 8;
/** What has ended longest ago is forgotten first. */
const MAX_KEPT = 32;

export function createOperations({ clock, secrets, log }: Ports): Operations {
  const entries = new Map<string, Entry>();

  function entryOf(id: string): Entry {
    const entry = entries.get(id);
    if (!entry) throw new ApiError('not_found');
    return entry;
  }

  function change(id: string, changes: Partial<Operation>): void {
    const entry = entries.get(id);
    if (entry) entry.operation = { ...entry.operation, ...changes };
  }

  async function carryOut(id: string, signal: AbortSignal, work: (progress: Progress) => Promise<unknown>) {
    const end = (changes: Partial<Operation>) => change(id, { ...changes, endedAt: isoZulu(clock.now()) });
    try {
      signal.throwIfAborted();
      const result = await work({ signal, report: (done, total) => change(id, { done, total }) });
      end({ state: 'done', result: result ?? null });
    } catch (thrown) {
      if (signal.aborted) return end({ state: 'cancelled' });
      const error = toApiError(thrown);
      if (error.code === 'internal') log.error({ err: thrown, operation: id }, 'an operation failed');
      end({ state: 'failed', error: { code: error.code, message: error.message } });
    }
  }

  return {
    start(kind, by, work) {
      const running = [...entries.values()].filter(({ operation }) => operation.state === 'running');
      if (running.length >= MAX_RUNNING) {
        throw new ApiError('unavailable', { message: 'Too much is under way already: wait for it, or cancel it' });
      }
      const id = secrets.newUuid();
      const controller = new AbortController();
      const startedAt = isoZulu(clock.now());
      const begun = { done: 0, total: null, startedAt, endedAt: null, result: null, error: null };
      const operation: Operation = { id, kind, by, state: 'running', ...begun };
      // Begun after it is known, so that whatever it reports finds it.
      const ended = Promise.resolve().then(() => carryOut(id, controller.signal, work));
      entries.set(id, { operation, controller, ended });
      forgetOld(entries);
      return operation;
    },
    list: () => [...entries.values()].map(({ operation }) => operation).reverse(),
    read: (id) => entryOf(id).operation,
    cancel(id) {
      const { operation, controller } = entryOf(id);
      controller.abort();
      if (operation.state !== 'running') entries.delete(id);
    },
    async close() {
      for (const { controller } of entries.values()) controller.abort();
      await Promise.all([...entries.values()].map(({ ended }) => ended));
    },
  };
}

function forgetOld(entries: Map<string, Entry>): void {
  for (const [id, { operation }] of entries) {
    if (entries.size <= MAX_KEPT) return;
    if (operation.state !== 'running') entries.delete(id);
  }
}
