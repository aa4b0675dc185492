/** Pins the service's seat at the embedded broker: what it is told about requests, and that nobody else ever sees one. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InboundMessage } from '../../../src/core/ports.ts';
import { topicsOf } from '../../../src/protocol/topics.ts';
import { mqttLinkContract } from '../../contracts/mqtt-link.contract.ts';
import { startTestBroker, type TestBroker, TOPICS, until } from '../../support/brokers/embedded.ts';
import { TEST_MS } from '../../support/patience.ts';

mqttLinkContract('the in-process link', async () => {
  const test = await startTestBroker({ topics: topicsOf('home/nestmtx') });
  const account = test.directory.add('admin', 'contract');
  return {
    link: test.broker.link,
    topics: topicsOf('home/nestmtx'),
    cleanup: () => test.stop(),
    connectClient: async (options) => {
      const client = await test.client('contract', options);
      return {
        ...client,
        // On this broker the service's own topics are beyond every account: what cannot be sent cannot be heard either.
        publish: async (topic, payload, publishOptions) => {
          if (test.broker.acl.publish(account, topic).allowed) await client.publish(topic, payload, publishOptions);
        },
      };
    },
  };
});

describe('a request', () => {
  let test: TestBroker;
  let requests: InboundMessage[];

  beforeEach(async () => {
    // Nobody is dropped while a test waits.
    test = await startTestBroker({ limits: { drainTimeoutMs: 2 * TEST_MS } });
    requests = [];
    test.broker.link.onRequest((request) => requests.push(request));
  });

  afterEach(() => test.stop());

  it.each([0, 1, 2] as const)('of QoS %i arrives once, with its sender', async (qos) => {
    const carol = await test.client('carol');
    await carol.publish(TOPICS.requests, 'hello', { qos });
    await until(() => requests.length > 0, 'the request');
    const { sender } = requests[0] ?? {};
    expect(sender).toMatchObject({ account: 'user:carol', address: '127.0.0.1' });
    expect(sender?.mayPublish('nestmtx/requests')).toBe(true);
    expect(sender?.mayPublish('nestmtx/responses/a')).toBe(false);
    expect(sender?.mayPublish('home/x')).toBe(false);
    expect(requests).toHaveLength(1);
  });

  it('is forwarded to nobody, queued for nobody and retained for nobody', async () => {
    const session = { clientId: 'nosy', clean: false, version: 4 } as const;
    const nosy = await test.client('root', session);
    await nosy.subscribe(['#', 'nestmtx/#', 'nestmtx/requests/#']);
    const carol = await test.client('carol');
    const secret = { qos: 1, retain: true } as const;
    await carol.publish(TOPICS.requests, 'secret', secret);
    await nosy.end();
    await carol.publish(TOPICS.requests, 'secret', secret);
    const back = await test.client('root', session);
    await back.subscribe(['#', 'nestmtx/#']);
    await back.publish('home/last', 'x', { qos: 1 });
    await back.next('home/last');
    expect([...nosy.received, ...back.received].map(({ topic }) => topic)).not.toContain(TOPICS.requests);
    expect(requests).toHaveLength(2);
  });

  it('of an account that is gone is not handed over', async () => {
    const raw = await test.raw('carol', { version: 4, clientId: 'a' });
    await raw.next('connack');
    raw.send({
      cmd: 'publish',
      topic: TOPICS.requests,
      payload: 'too late',
      qos: 1,
      messageId: 1,
      dup: false,
      retain: false,
    });
    test.directory.remove('carol');
    await raw.closed;
    expect(requests).toEqual([]);
  });

  it('with the DUP flag says so', async () => {
    const raw = await test.raw('carol', { version: 4, clientId: 'a' });
    await raw.next('connack');
    raw.send({
      cmd: 'publish',
      topic: TOPICS.requests,
      payload: 'again',
      qos: 1,
      messageId: 1,
      dup: true,
      retain: false,
    });
    await raw.next('puback');
    await until(() => requests.length > 0, 'the request');
    expect(requests[0]?.dup).toBe(true);
  });

  it('is not delayed by a reader of the answers that stands still', async () => {
    const frozen = await test.raw('root', { version: 4, clientId: 'frozen' });
    frozen.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'nestmtx/#', qos: 0 }] });
    await frozen.next('suback');
    frozen.socket.pause();
    for (let sent = 0; sent < 200; sent += 1) {
      await test.broker.link.publish({ topic: TOPICS.failures, payload: Buffer.alloc(100_000) });
    }
    const carol = await test.client('carol');
    await carol.subscribe('nestmtx/responses/a');
    await test.broker.link.publish({ topic: 'nestmtx/responses/a', payload: 'answer' });
    expect((await carol.next('nestmtx/responses/a')).text).toBe('answer');
  });
});
