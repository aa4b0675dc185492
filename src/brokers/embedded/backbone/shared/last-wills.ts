/**
 * Owns the wills of connected clients as all brokers keep them: when a broker dies, another one says them. Each is said by whoever takes it
 * away first.
 */

import type { Kept, Shelf } from '../../../../core/cluster/shelf.ts';
import type { Clock, Log } from '../../../../core/ports.ts';
import type { Here } from '../backbone.ts';
import { bucketOfAccount, nameOf } from '../names.ts';
import type { Buckets } from './buckets.ts';
import type { Outgoing } from './outgoing.ts';
import { readWill, type SharedWill, writeWill } from './records.ts';

interface Parts {
  readonly shelf: Shelf;
  readonly outgoing: Outgoing;
  /** Who hears a will has to be known when it is said. */
  readonly buckets: () => Pick<Buckets, 'hold' | 'letGo'>;
  readonly clock: Clock;
  readonly log: Log;
}

type Sayer = Pick<Here, 'publishWill'>;

export interface LastWills {
  /** This broker has the client, or its will to say. */
  keep(will: SharedWill): void;
  /** It is said, or is not to be said any more. */
  drop(of: Pick<SharedWill, 'account' | 'clientId'>): void;
  /** The client has come back in time, or wants to have nothing to do with what was before: then its will is due. */
  settle(of: Pick<SharedWill, 'account' | 'clientId'>, isDue: boolean, here: Sayer): Promise<void>;
  /** Says those of brokers that are none any more, each when it is due. */
  sayOf(isGone: (at: string) => boolean, here: Sayer): Promise<void>;
}

const GONE = { bytes: Buffer.alloc(0) };

export function createLastWills({ shelf, outgoing, buckets, clock, log }: Parts): LastWills {
  /** Wills that wait here for their time. */
  const waiting = new Set<string>();

  function keyOf({ account, clientId }: Pick<SharedWill, 'account' | 'clientId'>): [string, string, string] {
    return [bucketOfAccount(account), account.key, clientId];
  }

  /** Its client may be gone for longer than its account is heard of otherwise. */
  function holdFor(key: readonly [string, string, string]): void {
    const name = nameOf('wills', ...key);
    if (waiting.has(name)) return;
    waiting.add(name);
    void buckets()
      .hold(key[0])
      .catch((error: unknown) => {
        waiting.delete(name);
        log.warn({ err: error }, 'who is to hear a will could not be read');
      });
  }

  async function say(kept: Kept, { account, will }: SharedWill, here: Sayer): Promise<void> {
    const bucket = bucketOfAccount(account);
    await buckets().hold(bucket);
    try {
      if (await shelf.remove(kept.position)) here.publishWill(account, will);
    } finally {
      buckets().letGo(bucket);
    }
  }

  return {
    keep(will) {
      const key = keyOf(will);
      if (will.dueAtMs !== undefined) holdFor(key);
      outgoing.write(nameOf('wills', ...key), shelf, key, () => ({ bytes: writeWill(will) }));
    },
    drop(of) {
      const key = keyOf(of);
      if (waiting.delete(nameOf('wills', ...key))) buckets().letGo(key[0]);
      outgoing.write(nameOf('wills', ...key), shelf, key, () => GONE);
    },
    async settle(of, isDue, here) {
      const key = keyOf(of);
      await outgoing.quiet(nameOf('wills', ...key));
      const kept = await shelf.last(key);
      if (kept === undefined || kept.bytes.length === 0) return;
      if (isDue) await say(kept, readWill(kept.bytes), here);
      else await shelf.remove(kept.position);
    },
    async sayOf(isGone, here) {
      for (const kept of await shelf.read([])) {
        if (kept.bytes.length === 0) continue;
        const will = readWill(kept.bytes);
        if (!isGone(will.at)) continue;
        const delayMs = (will.dueAtMs ?? 0) - clock.now();
        const failed = (error: unknown) => log.warn({ err: error }, 'a will could not be said');
        if (delayMs <= 0) await say(kept, will, here);
        else clock.after(delayMs, () => void say(kept, will, here).catch(failed));
      }
    },
  };
}
