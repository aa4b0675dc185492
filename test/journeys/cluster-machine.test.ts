/** A bridge and the NATS server beside it are cut off together: what is begun elsewhere meanwhile is known there before anything is acknowledged, and for good. */

import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BridgeProcess, type Bridges, startBridges } from '../support/cluster/bridges.ts';
import { come } from '../support/cluster/coming.ts';
import { ADMIN } from '../support/cluster/load/access.ts';
import { natsIsMissing } from '../support/cluster/nats.ts';
import { namespaces, permitsNamespaces } from '../support/cluster/network/namespaces.ts';
import { comesTrue } from '../support/patience.ts';

/** Longer than an answer takes that comes. */
const ANSWERED_MS = 1000;
const KEPT = { sessionExpiryInterval: 600 };

describe.skipIf(natsIsMissing || !permitsNamespaces)('a bridge that is cut off together with its NATS server', () => {
  let bridges: Bridges;
  let cutOff: BridgeProcess;
  let other: BridgeProcess;
  beforeEach(async () => {
    bridges = await startBridges(2, {}, await namespaces());
    const [one, another] = bridges.all;
    if (!one || !another) throw new Error('there are two');
    [cutOff, other] = [one, another];
  });
  afterEach(() => bridges?.stop());

  it('acknowledges nothing that a session would miss which has begun elsewhere meanwhile, and knows of it afterwards', async () => {
    const reader = { ...ADMIN, url: other.mqttUrl, clientId: 'reader', clean: false, properties: KEPT };
    const publisher = await come({ ...ADMIN, url: cutOff.mqttUrl });
    await bridges.part(cutOff);
    await comesTrue(() => expect(cutOff.output()).toContain('our NATS server has lost the others'));
    let session = await come(reader);
    await session.subscribe('porch/news', { qos: 1 });
    await session.publish('porch/state', 'retained elsewhere', { qos: 1, retain: true });
    await session.end();
    let isAcknowledged = false;
    const meanwhile = publisher.publish('porch/news', 'meanwhile', { qos: 1 }).then(() => {
      isAcknowledged = true;
    });
    await pause(ANSWERED_MS);
    expect(isAcknowledged).toBe(false);
    await bridges.mend();
    await meanwhile;
    await publisher.publish('porch/news', 'afterwards', { qos: 1 });
    session = await come(reader);
    await comesTrue(() => expect(session.received.map(({ text }) => text)).toEqual(['meanwhile', 'afterwards']));
    const late = await come({ ...ADMIN, url: cutOff.mqttUrl });
    await late.subscribe('porch/state');
    await comesTrue(() => expect(late.received.map(({ text }) => text)).toEqual(['retained elsewhere']));
  });

  it('goes to another NATS server when it can reach one, also where its own does not find the others', async () => {
    const server = await bridges.part(cutOff);
    // It has looked for another one, and found its own.
    const again = `"server":"${server.address}","msg":"connected to the NATS cluster again"`;
    await comesTrue(() => expect(cutOff.output().split(again).length).toBeGreaterThan(2));
    await server.place.ignore(bridges.nats.servers.filter((each) => each !== server).map(({ place }) => place));
    await bridges.mend();
    const back = await come({ ...ADMIN, url: cutOff.mqttUrl });
    await back.subscribe('porch/news');
    await (await come({ ...ADMIN, url: other.mqttUrl })).publish('porch/news', 'from another bridge', { qos: 1 });
    await comesTrue(() => expect(back.received.map(({ text }) => text)).toEqual(['from another bridge']));
  });
});
