/**
 * Owns what stands in a stream, read as its leader knows it: any replica may answer, and one that lags behind the leader is asked again.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { JetStreamApiError, type JetStreamManager, type StoredMsg } from '@nats-io/jetstream';

const BATCH = 500;
const LAG_MS = 20;
const ANSWER_MS = 1500;
const NOT_FOUND = 10_037;

/** The newest under a subject with wildcards, by the leader. */
export function lastOf(jsm: JetStreamManager, stream: string, subject: string): Promise<StoredMsg | undefined> {
  return found(() => jsm.streams.getMessage(stream, { last_by_subj: subject }));
}

/** By the leader. */
export async function isThere(jsm: JetStreamManager, stream: string, position: number): Promise<boolean> {
  return (await found(() => jsm.streams.getMessage(stream, { seq: position }))) !== undefined;
}

async function found(get: () => Promise<StoredMsg | null>): Promise<StoredMsg | undefined> {
  try {
    return (await get()) ?? undefined;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === NOT_FOUND) return undefined;
    throw error;
  }
}

/** In the order of positions. */
export async function allOf(jsm: JetStreamManager, stream: string, subject: string): Promise<StoredMsg[]> {
  for (;;) {
    const newest = await lastOf(jsm, stream, subject);
    if (newest === undefined) return [];
    const found = await nearest(jsm, stream, subject);
    if ((found.at(-1)?.seq ?? 0) >= newest.seq) return found;
    await pause(LAG_MS);
  }
}

/** In the order of positions, as a replica that has kept up knows it: also while a leader is to be found. */
export async function nearest(jsm: JetStreamManager, stream: string, subject: string): Promise<StoredMsg[]> {
  const found: StoredMsg[] = [];
  for (let seq = 1; ; seq = (found.at(-1)?.seq ?? 0) + 1) {
    const before = found.length;
    try {
      const batch = await jsm.direct.getBatch(stream, { seq, next_by_subj: subject, batch: BATCH });
      // The client itself waits five seconds for a server that has ended meanwhile.
      const silent = setTimeout(() => batch.stop(new Error('no NATS server answers')), ANSWER_MS);
      try {
        for await (const message of batch) {
          clearTimeout(silent);
          found.push(message);
        }
      } finally {
        clearTimeout(silent);
      }
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    if (found.length - before < BATCH) return found;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && /not found|no results/i.test(error.message);
}
