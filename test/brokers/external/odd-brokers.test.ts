import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type StandInBroker, type StandInOptions, startStandInBroker } from '../../support/brokers/stand-in-broker.ts';
import { portOf } from '../../support/free-port.ts';
import { comesTrue } from '../../support/patience.ts';
import { afterThisTest, openLink } from './open-link.ts';

async function startStandIn(options: StandInOptions = {}): Promise<StandInBroker> {
  const broker = await startStandInBroker(options);
  afterThisTest(broker.stop);
  return broker;
}

describe('on what is no broker', () => {
  it('logs what a web server answered instead of MQTT over WebSocket', async () => {
    const server = createServer((_request, response) => void response.writeHead(404).end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    afterThisTest(async () => void server.close());
    const { log } = openLink({ protocol: 'ws', port: portOf(server) });
    await comesTrue(() => expect(log.visible()).toHaveLength(1));
    expect(log.lines[0]?.fields['reason']).toBe('Unexpected server response: 404');
  });
});

describe('on a broker that says why it hangs up', () => {
  it('logs that another client uses our client id, and keeps speaking MQTT 5', async () => {
    const broker = await startStandIn({ onVersion5: 'accept' });
    const { isUp, log } = openLink(broker);
    await isUp();
    broker.send({ cmd: 'disconnect', reasonCode: 142 });
    await isUp(2);
    expect(log.lines.map(({ fields }) => fields['reason'])).toContain(
      'the broker ended the connection: another client uses our client id',
    );
    expect(broker.versions()).toEqual([5, 5]);
  });
});

describe('on a broker that speaks only MQTT 3.1.1', () => {
  it.each([
    ['connack 1', [5, 4]],
    ['connack 132', [5, 4]],
    ['hang up', [5, 5, 4]],
  ] as const)('comes up after MQTT 5 got: %s', async (onVersion5, versions) => {
    const broker = await startStandIn({ onVersion5 });
    const { isUp, log } = openLink(broker);
    await isUp();
    expect(broker.versions()).toEqual(versions);
    expect(log.lines.at(-1)?.fields).toMatchObject({ protocol: '3.1.1' });
  });

  it('connects, subscribes, publishes and leaves as it should', async () => {
    const broker = await startStandIn();
    const { link, topics, isUp } = openLink(broker);
    await isUp();
    await link.close();
    const [, connect, subscribe, listen, online, offline, disconnect] = broker.packets;
    expect(connect).toMatchObject({
      clean: true,
      will: { topic: topics.availability, payload: Buffer.from('offline'), qos: 1, retain: true },
    });
    expect(subscribe).toMatchObject({ cmd: 'subscribe', subscriptions: [{ topic: topics.requests, qos: 0 }] });
    // Who else speaks for us.
    expect(listen).toMatchObject({ cmd: 'subscribe', subscriptions: [{ topic: topics.availability, qos: 0 }] });
    expect(online).toMatchObject({ topic: topics.availability, payload: Buffer.from('online'), qos: 1, retain: true });
    expect(offline).toMatchObject({
      topic: topics.availability,
      payload: Buffer.from('offline'),
      qos: 1,
      retain: true,
    });
    expect(disconnect).toMatchObject({ cmd: 'disconnect' });
  });

  it('hears a neighbour that answers before the broker acknowledges what it answers', async () => {
    const topic = 'shared/availability';
    const broker = await startStandIn({
      onVersion5: 'accept',
      before: (packet) =>
        packet.cmd === 'publish'
          ? { cmd: 'publish', topic, payload: 'online', qos: 0, retain: false, dup: false }
          : undefined,
    });
    const { link, isUp } = openLink(broker, 'shared');
    await isUp();
    expect(link.trouble).toBe('shared');
  });

  it('takes what the broker remembers of its availability for no neighbour', async () => {
    const topic = 'shared/availability';
    const broker = await startStandIn({
      onVersion5: 'accept',
      before: (packet) =>
        packet.cmd === 'publish'
          ? { cmd: 'publish', topic, payload: 'online', qos: 0, retain: true, dup: false }
          : undefined,
    });
    const { link, isUp } = openLink(broker, 'shared');
    await isUp();
    expect(link.trouble).toBeUndefined();
  });

  it('passes on the DUP and the retain flag', async () => {
    const broker = await startStandIn();
    const { topics, requests, isUp } = openLink(broker);
    await isUp();
    const packet = { cmd: 'publish', topic: topics.requests, payload: 'x', messageId: 7 } as const;
    broker.send({ ...packet, qos: 1, dup: true, retain: false });
    broker.send({ ...packet, qos: 0, dup: false, retain: true });
    await comesTrue(() => expect(requests).toHaveLength(2));
    expect(requests.map(({ dup, retained }) => ({ dup, retained }))).toEqual([
      { dup: true, retained: false },
      { dup: false, retained: true },
    ]);
  });

  it('takes no request after stopRequests, though the broker still sends one, and does not subscribe again', async () => {
    const broker = await startStandIn();
    const { link, topics, requests, isUp } = openLink(broker);
    await isUp();
    await link.stopRequests();
    broker.send({ cmd: 'publish', topic: topics.requests, payload: 'x', qos: 0, dup: false, retain: false });
    await link.publish({ topic: topics.failures, payload: 'settled', qos: 1 });
    broker.disconnectAll();
    await isUp(2);
    expect(requests).toEqual([]);
    expect(broker.packets.filter(({ cmd }) => cmd === 'unsubscribe')).toHaveLength(1);
    const asked = broker.packets.flatMap((packet) => (packet.cmd === 'subscribe' ? packet.subscriptions : []));
    expect(asked.filter(({ topic }) => topic === topics.requests)).toHaveLength(1);
  });

  it('is not online when it may not subscribe, and says so once', async () => {
    const broker = await startStandIn({ refusesSubscriptions: true });
    const { link, topics, log } = openLink(broker);
    const attempts = () => broker.packets.filter(({ cmd }) => cmd === 'subscribe').length;
    await comesTrue(() => expect(attempts()).toBeGreaterThan(1));
    await link.close();
    expect(broker.packets.filter(({ cmd }) => cmd === 'publish')).toEqual([]);
    expect(log.visible()).toEqual(['warn: no connection to the MQTT broker, trying on']);
    expect(log.lines[0]?.fields['reason']).toBe(
      `the broker refuses the subscription to ${topics.requests} (reason code 128)`,
    );
  });

  it('drops messages when the broker stops reading, so that memory stays bounded', async () => {
    const broker = await startStandIn();
    const { link, topics, isUp, log } = openLink(broker);
    await isUp();
    broker.stopReading();
    const megabyte = new Uint8Array(1024 * 1024);
    const wasDropped = () => log.lines.some(({ message }) => message.startsWith('message dropped'));
    for (let sent = 0; sent < 64 && !wasDropped(); sent += 1) {
      await link.publish({ topic: topics.failures, payload: megabyte });
    }
    expect(wasDropped()).toBe(true);
  });
});
