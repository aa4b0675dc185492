/** Pins a seat at a broker that is found late, moves, or changes the login: nobody has to start anything again. */

import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { type ToldBroker, toldBroker } from '../../../src/brokers/external/broker-source.ts';
import { connectExternalBroker } from '../../../src/brokers/external/external.ts';
import { topicsOf } from '../../../src/protocol/topics.ts';
import { connectClient } from '../../support/brokers/mqtt-client.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort } from '../../support/free-port.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { ADMIN, startService } from '../../support/service.ts';
import { afterThisTest } from './open-link.ts';

/** A link on a clock that stands still: what happens does not wait for any pause. */
function openLink(broker: ToldBroker) {
  const [log, topics] = [recordingLog(), topicsOf(randomUUID())];
  const requests: string[] = [];
  const link = connectExternalBroker({ broker, topics, clientId: topics.base, log, clock: manualClock() });
  afterThisTest(link.close);
  link.onRequest(({ payload }) => requests.push(Buffer.from(payload).toString()));
  let ups = 0;
  link.onUp(() => {
    ups += 1;
  });
  return { link, log, topics, requests, isUp: (times: number) => eventually(() => ups === times, `up ${times}`) };
}

async function startBroker() {
  const service = await startService();
  afterThisTest(service.stop);
  const address = { protocol: 'mqtt', host: '127.0.0.1', port: service.app.mqttPort, ...ADMIN } as const;
  return { service, address };
}

it('connects as soon as the broker is told, and says nothing before', async () => {
  const { address } = await startBroker();
  const broker = toldBroker();
  const { link, log, isUp } = openLink(broker);
  expect(link.up).toBe(false);
  broker.tell(address);
  await isUp(1);
  expect(log.visible()).toEqual(['info: connected to the MQTT broker']);
  expect(log.lines.at(-1)?.fields).toMatchObject({ broker: `mqtt://127.0.0.1:${address.port}` });
});

it('moves to another broker: offline is left behind, requests are heard at the new place', async () => {
  const [first, second] = [await startBroker(), await startBroker()];
  const broker = toldBroker();
  const { topics, requests, isUp } = openLink(broker);
  broker.tell(first.address);
  await isUp(1);
  const witness = await first.service.client();
  await witness.subscribe(topics.availability);
  broker.tell(second.address);
  await isUp(2);
  expect((await witness.next(({ text }) => text === 'offline')).topic).toBe(topics.availability);
  const asker = await connectClient({ url: second.service.mqttUrl, ...ADMIN });
  await asker.publish(topics.requests, 'at the new place');
  await eventually(() => requests[0] === 'at the new place');
  await asker.end();
  await witness.end();
});

it('does not wait for the end of a pause when it hears of a better address', async () => {
  const { address } = await startBroker();
  const broker = toldBroker();
  const { log, isUp } = openLink(broker);
  broker.tell({ ...address, port: await freePort() });
  await eventually(() => log.visible().length === 1);
  broker.tell(address);
  await isUp(1);
});

it('stays where it is when it is told the same again', async () => {
  const { address } = await startBroker();
  const broker = toldBroker();
  const { link, log, isUp } = openLink(broker);
  broker.tell(address);
  await isUp(1);
  broker.tell({ ...address });
  await link.publish({ topic: 'still/there', payload: '', qos: 1 });
  expect(log.visible()).toHaveLength(1);
});

it('closes while nobody knows the broker', async () => {
  const { link } = openLink(toldBroker());
  await expect(link.close()).resolves.toBeUndefined();
});
