/**
 * Owns clients that come to a cluster in which something fails, or has just failed: as clients do, they try again while a bridge lets nobody in, and
 * take only the word about their login for one.
 */

import { ErrorWithReasonCode } from 'mqtt';
import { vi } from 'vitest';
import { connectClient, type TestClient, type TestClientOptions } from '../brokers/mqtt-client.ts';

/** Bad user name or password, not authorized; of MQTT 3.1.1, and of 5. */
const LOGIN_REFUSED = [4, 5, 0x86, 0x87];

/** After a cable was pulled NATS servers may take 90 s to notice that a connection between two of them is dead, and what one leads is not had at the other. */
const PATIENCE_MS = 120_000;
const LOOK_MS = 50;
const until = (isSo: () => Promise<void>) => vi.waitFor(isSo, { timeout: PATIENCE_MS, interval: LOOK_MS });

/** Resolves when it has been let in. */
export async function come(options: TestClientOptions): Promise<TestClient> {
  let client: TestClient | undefined;
  await until(async () => {
    client = await connectClient(options);
  });
  if (client === undefined) throw new Error('it was not let in');
  return client;
}

/** Resolves when its login has been refused; rejects when it was let in. */
export async function expectRefused(options: TestClientOptions): Promise<void> {
  let isLetIn = false;
  await until(async () => {
    const refusal = await connectClient(options).then(
      () => 'none',
      (error: unknown) => (error instanceof ErrorWithReasonCode ? error.code : error),
    );
    isLetIn ||= refusal === 'none';
    if (!isLetIn && !LOGIN_REFUSED.includes(Number(refusal))) throw new Error('not yet', { cause: refusal });
  });
  if (isLetIn) throw new Error(`${options.username} was let in`);
}
