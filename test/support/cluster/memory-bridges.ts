/** Owns several embedded brokers beside one another in memory, without sockets or clock: nothing moves but when a test says so. */

import { joinCompany } from '../../../src/brokers/embedded/backbone/joined.ts';
import type { Shelves } from '../../../src/brokers/embedded/backbone/shared/buckets.ts';
import type { LimitChanges } from '../../../src/brokers/embedded/limits.ts';
import { tenants } from '../brokers/directory.ts';
import { memoryBroker } from '../brokers/memory-broker.ts';
import { manualClock } from '../manual-clock.ts';
import { recordingLog } from '../recording-log.ts';
import { memoryExchanges } from './memory-exchange.ts';
import { type CuttableWay, type Loss, memoryWay } from './memory-way.ts';
import { sharedMemoryShelf } from './shared-memory-shelf.ts';

type Broker = ReturnType<typeof memoryBroker>;

export interface MemoryBridge extends Pick<Broker, 'connect' | 'turn' | 'log'> {
  readonly way: CuttableWay;
  /** Neither the others nor what they keep is reached any more. */
  cutOff(loss: Loss): void;
  reach(): void;
  /** It is no more, and says nothing. */
  kill(): void;
}

/** @param mostBytes what they keep together takes no larger value */
export function memoryBridges(limits: LimitChanges = {}, mostBytes?: number) {
  const clock = manualClock();
  const directory = tenants();
  const exchanges = memoryExchanges(clock);
  const shelves = {
    retained: sharedMemoryShelf('newest', mostBytes),
    sessions: sharedMemoryShelf('newest', mostBytes),
    queues: sharedMemoryShelf('all', mostBytes),
    wills: sharedMemoryShelf('newest', mostBytes),
    bridges: sharedMemoryShelf('newest', mostBytes),
  };
  const living = new Map<string, { readonly broker: Broker; readonly way: CuttableWay }>();
  let ids = 0;

  async function join(): Promise<MemoryBridge> {
    ids += 1;
    const id = `b${ids}`;
    const way = memoryWay();
    const seen: Shelves = {
      retained: shelves.retained.seenOver(way),
      sessions: shelves.sessions.seenOver(way),
      queues: shelves.queues.seenOver(way),
      wills: shelves.wills.seenOver(way),
      bridges: shelves.bridges.seenOver(way),
    };
    const exchange = exchanges.join(id);
    const setup = { exchange, shelves: seen, clock, log: recordingLog(), isUpToDate: async () => undefined };
    const company = await joinCompany(setup);
    const broker = memoryBroker(limits, clock.monotonicMs, { company, clock, directory });
    living.set(id, { broker, way });
    await broker.broker.core.backbone.begin();
    return {
      ...broker,
      way,
      cutOff(loss) {
        way.cut(loss);
        exchanges.cutOff(id);
      },
      reach() {
        way.mend();
        exchanges.reach(id, true);
      },
      kill() {
        living.delete(id);
        way.end();
        exchanges.kill(id);
      },
    };
  }

  /** Everything that was begun is done, as far as it can be without time passing. */
  async function settle(): Promise<void> {
    for (let quiet = 0; quiet < 2; ) {
      let isBusy = false;
      for (const { broker, way } of living.values()) {
        if (way.hear()) isBusy = true;
        if (await broker.turn()) isBusy = true;
      }
      quiet = isBusy ? 0 : quiet + 1;
    }
  }

  /** What has come to each from its clients is taken. */
  async function turn(): Promise<void> {
    for (const { broker } of living.values()) await broker.turn();
  }

  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      clock.advance(Math.min(left, STEP_MS));
      await settle();
    }
  }

  return { join, settle, turn, pass, forgetMarks: () => shelves.queues.forgetMarks(), clock };
}

/** No two timers of a broker that wait for one another are due within. */
const STEP_MS = 100;
