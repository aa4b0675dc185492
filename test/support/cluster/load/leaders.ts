/** Owns who led while things failed: at most one bridge in each term, and nothing of what only who leads may do came from another. */

import { setTimeout as pause } from 'node:timers/promises';
import { DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { expect } from 'vitest';
import { connectCluster } from '../../../../src/cluster/connection.ts';
import { LEADER, LEASES } from '../../../../src/cluster/leases/records.ts';
import { Assembly, writerOf } from '../../../../src/cluster/log/entry.ts';
import { changesIn } from '../../../../src/store/journal/line.ts';
import { recordingLog } from '../../recording-log.ts';
import type { BridgeProcess } from '../bridges.ts';
import type { NatsCluster } from '../nats.ts';
import type { Access } from './access.ts';

export interface Leaders {
  /** Terms in which a bridge said that it led. */
  readonly terms: number;
  expectOneAtATime(): Promise<void>;
  end(): Promise<void>;
}

const EVERY_MS = 100;
const STREAM = 'nestmtx-log';

export function watchLeaders({ all, metrics }: Access, nats: NatsCluster): Leaders {
  /** Of each term, who said to have it. */
  const said = new Map<number, Set<string>>();
  let isOver = false;

  async function look(bridge: BridgeProcess): Promise<void> {
    while (!isOver) {
      const figures = await metrics(bridge).catch(() => '');
      const epoch = figureIn(figures, 'nestmtx_cluster_epoch');
      if (figureIn(figures, 'nestmtx_cluster_leads') === 1) said.set(epoch, new Set(said.get(epoch)).add(bridge.name));
      await pause(EVERY_MS);
    }
  }

  const looking = Promise.all(all.map(look));
  return {
    get terms() {
      return said.size;
    },
    async expectOneAtATime() {
      expect([...said].filter(([, { size }]) => size > 1)).toEqual([]);
      expect(await trespasses(nats)).toEqual([]);
    },
    async end() {
      isOver = true;
      await looking;
    },
  };
}

function figureIn(figures: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(figures)?.[1]);
}

/** What stands in the log and must not. */
async function trespasses({ servers, username, password }: NatsCluster): Promise<string[]> {
  const address = { servers: servers.map(({ addressHere }) => addressHere), username, password };
  const connection = await connectCluster(address, { log: recordingLog(), name: 'a test' });
  const found: string[] = [];
  try {
    const { state } = await (await jetstreamManager(connection.nats)).streams.info(STREAM);
    const js = jetstream(connection.nats);
    const consumer = await js.consumers.get(STREAM, { deliver_policy: DeliverPolicy.All });
    const messages = await consumer.consume();
    const assembly = new Assembly();
    let leader: Lease = { holder: null, epoch: 0 };
    for await (const { seq, headers: header, data } of messages) {
      const writer = writerOf({ seq, header, data });
      for (const [collection, id, record] of changesIn(assembly.take({ seq, header, data }).batch)) {
        if (collection !== LEASES.name || record === undefined) continue;
        const lease: Lease = Object(record);
        const why = id === LEADER ? whyNotToLead(leader, lease, writer) : whyNotToGive(leader, lease, writer);
        if (why !== undefined) found.push(`${seq}: ${why}: ${JSON.stringify({ leader, writer, id, lease })}`);
        if (id === LEADER) leader = lease;
      }
      if (seq >= state.last_seq) break;
    }
  } finally {
    await connection.close();
  }
  return found;
}

interface Lease {
  readonly holder: string | null;
  readonly epoch: number;
}

function whyNotToLead(before: Lease, now: Lease, writer: string | undefined): string | undefined {
  if (now.epoch < before.epoch) return 'an older term';
  if (now.holder !== null && now.holder !== writer) return 'taken for somebody else';
  const changesHands = now.holder !== null && now.holder !== before.holder;
  if (changesHands && now.epoch === before.epoch) return 'two of one term';
  if (now.holder === null && writer !== before.holder) return 'given back by somebody else';
  return undefined;
}

/** What others do one at a time is given away by who leads, and given back by who has it. */
function whyNotToGive(leader: Lease, { holder }: Lease, writer: string | undefined): string | undefined {
  return holder === null || writer === leader.holder ? undefined : 'not by who leads';
}
