/** Pins what the embedded broker tells its observer: each connection once, each message once per client, each refusal. */

import { afterEach, expect, it } from 'vitest';
import type { BrokerObserver } from '../../../src/core/instances/usage/broker-observer.ts';
import { startTestBroker, type TestBroker, until } from '../../support/brokers/embedded.ts';

let broker: TestBroker;
afterEach(() => broker.stop());

async function observed() {
  const told: string[] = [];
  const observer: BrokerObserver = {
    connected: ({ key }, { clientId }) => told.push(`connected ${key} ${clientId}`),
    disconnected: ({ key }, { clientId }) => told.push(`disconnected ${key} ${clientId}`),
    elsewhere: ({ key }, connections) => told.push(`elsewhere ${key} ${connections}`),
    published: ({ key }, bytes) => told.push(`published ${key} ${bytes}`),
    delivered: ({ key }, bytes) => told.push(`delivered ${key} ${bytes}`),
    refused: (username) => told.push(`refused ${username}`),
  };
  broker = await startTestBroker({ observer });
  const key = (name: string) => broker.directory.add('instance', name).key;
  return { told, alice: key('alice') };
}

it('tells who comes, what is said and heard, and who goes', async () => {
  const { told, alice } = await observed();
  const [speaker, listener] = [
    await broker.client('alice', { clientId: 'speaker' }),
    await broker.client('alice', { clientId: 'listener' }),
  ];
  await listener.subscribe('alice/#', { qos: 1 });
  for (const qos of [0, 1, 2] as const) await speaker.publish('alice/x', 'hello', { qos });
  await until(() => listener.received.length === 3, 'three messages');
  await speaker.end();
  await listener.destroy();
  await broker.connections(alice, 0);
  const times = (line: string) => told.filter((each) => each === line).length;
  for (const id of ['speaker', 'listener']) {
    expect([times(`connected ${alice} ${id}`), times(`disconnected ${alice} ${id}`)]).toEqual([1, 1]);
  }
  expect([times(`published ${alice} 5`), times(`delivered ${alice} 5`)]).toEqual([3, 3]);
});

it('counts what waited for a client when the client gets it, and not what was refused', async () => {
  const { told, alice } = await observed();
  const away = { clientId: 'away', clean: false, version: 4 } as const;
  const first = await broker.client('alice', away);
  await first.subscribe('alice/#', { qos: 1 });
  await first.end();
  const speaker = await broker.client('alice');
  await speaker.publish('alice/x', 'hello', { qos: 1 });
  expect(told.filter((line) => line.startsWith('delivered'))).toEqual([]);
  const back = await broker.client('alice', away);
  await until(() => back.received.length === 1, 'the message that waited');
  expect(told.filter((line) => line.startsWith('delivered'))).toEqual([`delivered ${alice} 5`]);
  speaker.publish('bob/x', 'not mine').catch(() => undefined);
  await speaker.closed;
  expect(told.filter((line) => line.startsWith('published'))).toEqual([`published ${alice} 5`]);
});

it('tells the name of whoever was refused', async () => {
  const { told } = await observed();
  await expect(broker.client('alice', { password: 'wrong' })).rejects.toThrow();
  expect(told).toEqual(['refused alice']);
});
