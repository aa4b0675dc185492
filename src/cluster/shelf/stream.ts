/** Owns the stream behind one shelf: made where it is not there, on three servers where there are so many. */

import { JetStreamApiError, type JetStreamManager, type StreamConfig } from '@nats-io/jetstream';
import { subjectOf } from '../exchange/subjects.ts';

export interface ShelfFacts {
  /** What all subjects of this installation begin with. */
  readonly prefix: string;
  readonly name: string;
  /** How many may stand under one key: then the newest replaces the oldest, or finds no room. */
  readonly perKey: { readonly most: number; readonly beyond: 'replace' | 'refuse' };
}

const REPLICAS = 3;
/** JetStream's numbers for a server that stands alone, and for what somebody else has made. */
const NOT_CLUSTERED = 10_074;
const ALREADY_THERE = [10_058, 10_065];

export function streamNameOf({ prefix, name }: ShelfFacts): string {
  return subjectOf(`${prefix}-${name}`);
}

/** What stands there is told under these subjects once it is on a majority of disks. */
export function toldSubjectOf({ prefix, name }: ShelfFacts): string {
  return subjectOf(prefix, 'told', name);
}

export function putSubjectOf({ prefix, name }: ShelfFacts): string {
  return subjectOf(prefix, 'put', name);
}

export async function makeStream(jsm: JetStreamManager, facts: ShelfFacts): Promise<void> {
  try {
    await makeWith(jsm, facts, REPLICAS);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== NOT_CLUSTERED) throw error;
    await makeWith(jsm, facts, 1);
  }
}

async function makeWith(jsm: JetStreamManager, facts: ShelfFacts, replicas: number): Promise<void> {
  const { perKey } = facts;
  const config: Partial<StreamConfig> & { name: string } = {
    name: streamNameOf(facts),
    subjects: [`${putSubjectOf(facts)}.>`],
    num_replicas: replicas,
    storage: 'file',
    max_msgs_per_subject: perKey.most,
    ...(perKey.beyond === 'refuse' ? { discard: 'new', discard_new_per_subject: true } : { discard: 'old' }),
    allow_direct: true,
    allow_msg_ttl: true,
    republish: { src: `${putSubjectOf(facts)}.>`, dest: `${toldSubjectOf(facts)}.>` },
  };
  try {
    await jsm.streams.add(config);
  } catch (error) {
    // Another bridge was first, or an earlier version had other limits.
    if (!(error instanceof JetStreamApiError) || !ALREADY_THERE.includes(error.code)) throw error;
    const { config: found } = await jsm.streams.info(config.name);
    await jsm.streams.update(config.name, { ...config, num_replicas: found.num_replicas });
  }
}
