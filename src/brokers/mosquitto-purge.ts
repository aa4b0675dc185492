/** Owns the removal of retained messages under some filters, by a client that may read and write there; decides no right. */

import type { Clock } from '../core/ports.ts';
import { type BrokerAddress, connectionOptions } from './broker-address.ts';
import { openSession, type Session } from './mqtt-session.ts';

export interface PurgeSetup {
  /** With an account whose role covers the filters. */
  readonly address: BrokerAddress;
  readonly clientId: string;
  readonly filters: readonly string[];
  /** A topic under one of the filters that nobody else publishes to. */
  readonly fence: string;
  readonly clock: Clock;
  /** How long it may take to connect, and to find or remove what the broker sends at a time. */
  readonly timeoutMs: number;
}

/** A message that the broker dropped will not come however long one waits. */
const FENCE_MS = 200;

/** Resolves with how many topics were cleared, once the broker has shown that nothing is left. Rejects if that takes too long. */
export async function purgeRetained({ address, clientId, filters, fence, ...setup }: PurgeSetup): Promise<number> {
  const { clock, timeoutMs } = setup;
  const { connect } = await import('mqtt');
  const found = new Set<string>();
  let passFence = (): void => undefined;
  const session = openSession(connect, connectionOptions(address, clientId, 5), ({ topic, payload, retained }) => {
    if (topic === fence) passFence();
    else if (retained && payload.length > 0) found.add(topic);
  });
  const inTime = <Value>(work: Promise<Value>) => withEnd(work, session, clock, timeoutMs);
  let cleared = 0;
  try {
    await inTime(session.accepted);
    // A broker drops what exceeds its queue for one reader, so a look that finds something proves nothing about the rest.
    while ((await inTime(look())) > 0) {
      await inTime(clear());
      cleared += found.size;
    }
    session.leave();
    return cleared;
  } finally {
    session.drop(new Error('done'));
  }

  /** Has every retained message sent, and then one of ours: when that is back, so is all that was sent before it. */
  async function look(): Promise<number> {
    found.clear();
    for (const filter of filters) await session.subscribe(filter, { echo: true });
    let isPassed = false;
    while (!isPassed) {
      const passed = new Promise<boolean>((resolve) => {
        passFence = () => resolve(true);
        clock.after(FENCE_MS, () => resolve(false));
      });
      await publish(fence, 'x', false);
      isPassed = await passed;
    }
    return found.size;
  }

  async function clear(): Promise<void> {
    await Promise.all([...found].map((topic) => publish(topic, '', true)));
  }

  async function publish(topic: string, payload: string, retain: boolean): Promise<void> {
    if (!(await session.publish({ topic, payload, retain, qos: 1 }))) throw new Error('the connection was lost');
  }
}

/** Waits for work that ends with its session, but not for ever. */
function withEnd<Value>(work: Promise<Value>, session: Session, clock: Clock, timeoutMs: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(timeoutMs, () => session.drop(new Error(`not done within ${timeoutMs} ms`)));
    void session.ended.then(({ reason }) => reject(new Error(`removing retained messages: ${reason}`)));
    void work.then(resolve, reject).finally(cancel);
  });
}
