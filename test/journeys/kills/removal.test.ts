/** An account is removed while a bridge stands still, for longer than others count on it: when it wakes it has let go of its clients, and serves on. */

import { describe, expect, it } from 'vitest';
import { come, expectRefused } from '../../support/cluster/coming.ts';
import { ADMIN, SEED } from '../../support/cluster/load/access.ts';
import { underLoad } from '../../support/cluster/load/under-load.ts';
import { natsIsMissing } from '../../support/cluster/nats.ts';

describe.skipIf(natsIsMissing)(`a removal in a cluster, KILL_SEED=${SEED}`, () => {
  const cluster = underLoad();

  it('happens although a bridge stands still, which has let go of its clients when it wakes', async () => {
    const { bridges, load } = cluster;
    const [living, still] = bridges.all;
    if (living === undefined || still === undefined) throw new Error('there are two bridges');
    const { _id, user: username, password } = await (await load.access.rest(living, '', 'POST')).json();
    const client = await come({ url: still.mqttUrl, username, password });
    still.freeze();
    const removed = await load.access.rest(living, `/${_id}`, 'DELETE');
    expect(removed.status).toBe(200);
    still.thaw();
    expect(await client.closed).toBeDefined();
    for (const { mqttUrl: url } of bridges.all) {
      await expectRefused({ url, username, password });
      // The one that has slept looks for the cluster first.
      await (await come({ url, ...ADMIN })).end();
    }
    await load.goesOn();
    await load.expectAll();
  });
});
