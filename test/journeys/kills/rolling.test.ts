/** Everything of a cluster is restarted, one after the other, while all goes on: nothing is lost, and nobody is without service for long who comes back at once. */

import { describe, expect, it } from 'vitest';
import { SEED } from '../../support/cluster/load/access.ts';
import { underLoad } from '../../support/cluster/load/under-load.ts';
import { natsIsMissing } from '../../support/cluster/nats.ts';

const WITHOUT_SERVICE_MS = 5000;

describe.skipIf(natsIsMissing)(`a cluster that is restarted, KILL_SEED=${SEED}`, () => {
  const cluster = underLoad();

  it('loses nothing, and no client is without service for more than 5 s', async () => {
    const { bridges, load } = cluster;
    await load.goesOn();
    for (const each of bridges.all) {
      await restart(each.name, async () => {
        await each.stop('SIGTERM');
        await load.goesOn();
        await each.start();
      });
    }
    for (const server of bridges.nats.servers) {
      await restart(server.name, async () => {
        await server.stop();
        await load.goesOn();
        await server.start();
        await bridges.nats.ready();
      });
    }
    await load.expectAll();
  });

  async function restart(name: string, happen: () => Promise<void>): Promise<void> {
    const { load } = cluster;
    const sinceMs = performance.now();
    await load.away.leave();
    await happen();
    await load.goesOn();
    for (const [client, ms] of load.withoutServiceMs(`${name} is restarted`, sinceMs)) {
      expect(ms, `${client} while ${name} was restarted`).toBeLessThan(WITHOUT_SERVICE_MS);
    }
    await load.away.comeBack();
  }
});
