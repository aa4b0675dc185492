/**
 * A machine with a bridge and a NATS server on it hears nothing of the others any more: the two hear one another all the while, and the bridge serves
 * nobody whom the others may have removed; the others go on, and nothing that was acknowledged is missing or doubled afterwards.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { connectClient } from '../../support/brokers/mqtt-client.ts';
import { come, expectRefused } from '../../support/cluster/coming.ts';
import { ADMIN, SEED } from '../../support/cluster/load/access.ts';
import { leaderWithTenant } from '../../support/cluster/load/leader-with-tenant.ts';
import { underLoad } from '../../support/cluster/load/under-load.ts';
import { natsIsMissing } from '../../support/cluster/nats.ts';
import { namespaces, permitsNamespaces } from '../../support/cluster/network/namespaces.ts';

/** Longer than a bridge serves that is out of reach of the log. */
const CUT_OFF_MS = 12_000;
const SENT_AWAY_MS = 10_000;
/** Who comes back has heard the others by then, and looks after what lost ones have left. */
const HEARD_MS = 4000;
/** For a machine that has much else to do. */
const MARGIN_MS = 1000;

describe.skipIf(natsIsMissing || !permitsNamespaces)(`a cluster of machines, KILL_SEED=${SEED}`, () => {
  const cluster = underLoad(namespaces);

  it('serves on when the one is cut off whose bridge leads', async () => {
    const { bridges, load } = cluster;
    const { cutOff, living, options, cut } = await leaderWithTenant(cluster);
    const will = { topic: 'porch/gone', payload: Buffer.from('nobody is'), qos: 1, retain: true } as const;
    const willed = await come({ ...ADMIN, url: living.mqttUrl, will });
    await load.away.leave();

    const { startMs, gone: goneAfter } = await cut(() => bridges.part(cutOff));
    await pause(CUT_OFF_MS);
    await expect(connectClient(options)).rejects.toThrow();
    const gone = await goneAfter();
    expect(gone.sentAwayAfterMs).toBeLessThan(SENT_AWAY_MS + MARGIN_MS);
    expect(gone.removed.status).toBe(200);
    load.expectHardlyNoticed('a machine is cut off', 'a NATS server', startMs, [cutOff]);

    await bridges.mend();
    await bridges.nats.ready();
    await load.goesOn();
    for (const { mqttUrl: url } of bridges.all) await expectRefused({ ...options, url });
    // Who was cut off took the others for lost, and says nobody's will who was there all the while.
    const witness = await come({ ...ADMIN, url: living.mqttUrl });
    await witness.subscribe(will.topic);
    await pause(HEARD_MS);
    expect(witness.received).toEqual([]);
    await Promise.all([witness.end(), willed.end()]);
    await load.away.comeBack();
    await load.expectAll();
  });
});
