/** Owns the removal of retained messages under some filters, by a client that may read and write there; decides no right. */

import { mqttOptions } from '../../connection/mqtt-options.ts';
import type { Clock } from '../../core/ports.ts';
import type { BrokerAddress } from '../link/address.ts';
import { openSession } from '../link/session.ts';

export interface PurgeSetup {
  /** With an account whose role covers the filters. */
  readonly address: BrokerAddress;
  readonly clientId: string;
  readonly filters: readonly string[];
  /** A topic under one of the filters that nobody else publishes to. */
  readonly fence: string;
  readonly clock: Clock;
  /** How long nothing may happen before the attempt is given up. */
  readonly timeoutMs: number;
}

/** A message that the broker has dropped does not come, however long one waits. */
const FENCE_MS = 200;

/** Resolves with how many topics were cleared, once the broker has shown that nothing is left. */
export async function purgeRetained({ address, clientId, filters, fence, ...setup }: PurgeSetup): Promise<number> {
  const { clock, timeoutMs } = setup;
  const { connect } = await import('mqtt');
  const found = new Set<string>();
  const cleared = new Set<string>();
  let passFence = (): void => undefined;
  let cancel = (): void => undefined;
  const session = openSession(connect, mqttOptions(address, clientId, 5), ({ topic, payload, retained }) => {
    somethingHappened();
    if (topic === fence) passFence();
    else if (retained && payload.length > 0) found.add(topic);
  });
  somethingHappened();
  try {
    return await Promise.race([purge(), failAtEnd()]);
  } finally {
    cancel();
    session.drop(new Error('done'));
  }

  async function purge(): Promise<number> {
    await session.accepted;
    for (const filter of filters) {
      // A broker drops what exceeds its queue for one reader, so a look that finds something proves nothing about the rest.
      for (await look(filter); found.size > 0; await look(filter)) await clear();
    }
    session.leave();
    return cleared.size;
  }

  /** Has every retained message sent, and then one of ours: when that is back, so is all that was sent before it. */
  async function look(filter: string): Promise<void> {
    found.clear();
    await session.subscribe(filter, { echo: true });
    let isPassed = false;
    while (!isPassed) {
      const passed = new Promise<boolean>((resolve) => {
        passFence = () => resolve(true);
        clock.after(FENCE_MS, () => resolve(false));
      });
      // QoS 0: the broker drops acknowledgements as well.
      await publish(fence, 'x', 0);
      isPassed = await passed;
    }
  }

  async function clear(): Promise<void> {
    if ([...found].some((topic) => cleared.has(topic))) throw new Error('somebody else retains messages there');
    await Promise.all([...found].map((topic) => publish(topic, '', 1)));
    for (const topic of found) cleared.add(topic);
  }

  async function publish(topic: string, payload: string, qos: 0 | 1): Promise<void> {
    if (!(await session.publish({ topic, payload, qos, retain: payload === '' }))) return failAtEnd();
    if (qos === 1) somethingHappened();
  }

  async function failAtEnd(): Promise<never> {
    const { reason } = await session.ended;
    throw new Error(`retained messages could not be removed: ${reason}`);
  }

  function somethingHappened(): void {
    cancel();
    cancel = clock.after(timeoutMs, () => session.drop(new Error(`nothing happened for ${timeoutMs} ms`)));
  }
}
