/**
 * A bridge, and then a NATS server, hears nothing of the others for longer than others count on it, without any connection being ended: who is cut off
 * serves nobody whom the others may have removed, the others go on, and nothing that was acknowledged is missing or doubled afterwards.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { connectClient } from '../../support/brokers/mqtt-client.ts';
import { expectRefused } from '../../support/cluster/coming.ts';
import { SEED } from '../../support/cluster/load/access.ts';
import { serverOf } from '../../support/cluster/load/faults.ts';
import { leaderWithTenant } from '../../support/cluster/load/leader-with-tenant.ts';
import { underLoad } from '../../support/cluster/load/under-load.ts';
import { natsIsMissing } from '../../support/cluster/nats.ts';
import { loopback } from '../../support/cluster/network/loopback.ts';
import { namespaces, permitsNamespaces } from '../../support/cluster/network/namespaces.ts';

/** Longer than a bridge serves that hears nothing, and than others count on it. */
const CUT_OFF_MS = 12_000;
const NO_LOGINS_MS = 5000;
const SENT_AWAY_MS = 10_000;
/** For a machine that has much else to do. */
const MARGIN_MS = 1000;
const LOOK_MS = 250;
const BY = permitsNamespaces ? 'in network namespaces' : 'by proxies, since network namespaces are not permitted here';

describe.skipIf(natsIsMissing)(`a cluster whose cables are pulled, ${BY}, KILL_SEED=${SEED}`, () => {
  const cluster = underLoad(permitsNamespaces ? namespaces : loopback);

  it('serves on when the bridge that leads is cut off, which lets nobody in after 5 s, and sends tenants away after 10 s', async () => {
    const { bridges, load } = cluster;
    const { cutOff, options, cut } = await leaderWithTenant(cluster);
    await load.away.leave();

    const { startMs, sinceMs, gone: goneAfter } = await cut(() => cutOff.cutOff());
    const letInAfterMs: number[] = [];
    const knocks: Promise<unknown>[] = [];
    while (sinceMs() < CUT_OFF_MS) {
      const letIn = connectClient(options).then((client) => {
        letInAfterMs.push(sinceMs());
        return client.end();
      });
      knocks.push(letIn.catch(() => undefined));
      await pause(LOOK_MS);
    }
    expect(letInAfterMs.filter((afterMs) => afterMs > NO_LOGINS_MS + MARGIN_MS)).toEqual([]);
    const gone = await goneAfter();
    expect(gone.sentAwayAfterMs).toBeLessThan(SENT_AWAY_MS + MARGIN_MS);
    expect(gone.removed.status).toBe(200);
    expect(gone.removed.afterMs).toBeGreaterThan(gone.sentAwayAfterMs);
    load.expectHardlyNoticed('the bridge that leads is cut off', 'a bridge', startMs, [cutOff]);

    await cutOff.reach();
    await load.goesOn();
    await Promise.all(knocks);
    for (const { mqttUrl: url } of bridges.all) await expectRefused({ ...options, url });
    await load.away.comeBack();
    await load.expectAll();
  });

  it.skipIf(!permitsNamespaces)('serves on when the NATS server that leads the log is cut off', async () => {
    const { bridges, load } = cluster;
    await load.goesOn();
    await load.away.leave();
    const server = await serverOf(bridges, load, true);
    const startMs = performance.now();
    await server.cutOff();
    await Promise.all([load.goesOn(), pause(CUT_OFF_MS)]);
    await server.reach();
    await bridges.nats.ready();
    await load.goesOn();
    load.expectHardlyNoticed('the NATS server that leads the log is cut off', 'a NATS server', startMs);
    await load.away.comeBack();
    await load.expectAll();
  });
});
