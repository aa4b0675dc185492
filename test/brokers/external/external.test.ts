import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { topicsOf } from '../../../src/protocol/topics.ts';
import { mqttLinkContract } from '../../contracts/mqtt-link.contract.ts';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../../support/brokers/mosquitto.ts';
import { startWire } from '../../support/brokers/wire.ts';
import { freePort } from '../../support/free-port.ts';
import { comesTrue } from '../../support/patience.ts';
import { afterThisTest, clientOf, openLink, textOf } from './open-link.ts';

describe.skipIf(mosquittoIsMissing)('on mosquitto', () => {
  let mosquitto: Mosquitto;
  beforeAll(async () => {
    mosquitto = await startMosquitto();
  });
  afterAll(async () => {
    await mosquitto?.stop();
  });

  mqttLinkContract('a client of mosquitto', async () => {
    const { link, topics } = openLink(mosquitto);
    return { link, topics, connectClient: ({ version }) => clientOf(mosquitto, version), cleanup: link.close };
  });

  describe('availability', () => {
    it('turns to offline by the last will when the socket breaks, and back to online by itself', async () => {
      const wire = await startWire(mosquitto.port);
      afterThisTest(wire.stop);
      const { topics, isUp, log } = openLink({ ...mosquitto, port: wire.port });
      const watcher = await clientOf(mosquitto);
      await watcher.subscribe(topics.availability);
      await isUp();
      wire.cut();
      await isUp(2);
      const seen = [await watcher.next(), await watcher.next(), await watcher.next()];
      expect(seen.map(({ text }) => text)).toEqual(['online', 'offline', 'online']);
      expect(log.visible()).toEqual([
        'info: connected to the MQTT broker',
        'warn: lost the MQTT broker, connecting again',
        'info: connected to the MQTT broker',
      ]);
    });

    it('is said once when the link closes: the broker is told to forget the last will', async () => {
      const { link, topics, isUp } = openLink(mosquitto);
      const watcher = await clientOf(mosquitto);
      await watcher.subscribe(topics.availability);
      await isUp();
      await link.close();
      await watcher.publish(topics.availability, 'that was all', { qos: 1 });
      await watcher.next((message) => message.text === 'that was all');
      expect(watcher.received.map(({ text }) => text)).toEqual(['online', 'offline', 'that was all']);
    });

    it('says online only when requests are heard already', async () => {
      const topics = topicsOf(randomUUID());
      const watcher = await clientOf(mosquitto);
      await watcher.subscribe(topics.availability);
      const online = watcher.next(topics.availability);
      const { requests } = openLink(mosquitto, topics.base);
      await online;
      await watcher.publish(topics.requests, 'at once', { qos: 1 });
      await comesTrue(() => expect(requests.map(textOf)).toEqual(['at once']));
    });
  });

  it('hears what it was told to listen for while it was just coming up', async () => {
    const heard: string[] = [];
    const { link, topics, isUp } = openLink(mosquitto);
    const listensLate = new Promise<void>((resolve) => {
      link.beforeUp(async () => {
        link.listen(`${topics.base}/late`, ({ payload }) => heard.push(Buffer.from(payload).toString()));
        resolve();
      });
    });
    await listensLate;
    await isUp();
    const client = await clientOf(mosquitto);
    await client.publish(`${topics.base}/late`, 'heard', { qos: 1 });
    await comesTrue(() => expect(heard).toEqual(['heard']));
  });

  describe('retained requests (N-06)', () => {
    it.each(['MQTT 5', 'MQTT 3.1.1'])('are seen as such at every connection over %s', async (protocol) => {
      const wire = await startWire(mosquitto.port, { refuseVersion5: protocol === 'MQTT 3.1.1' });
      afterThisTest(wire.stop);
      const topics = topicsOf(randomUUID());
      const client = await clientOf(mosquitto);
      await client.publish(topics.requests, 'planted', { qos: 1, retain: true });
      const { requests, isUp } = openLink({ ...mosquitto, port: wire.port }, topics.base);
      await isUp();
      wire.cut();
      await isUp(2);
      await comesTrue(() => expect(requests).toHaveLength(2));
      expect(requests.map((message) => [textOf(message), message.retained])).toEqual([
        ['planted', true],
        ['planted', true],
      ]);
      await client.publish(topics.requests, '', { qos: 1, retain: true });
    });
  });

  describe('what no request may do (N-07)', () => {
    it('cost the connection by the topic or the size of its answer', async () => {
      const { link, topics, isUp, ups } = openLink(mosquitto);
      await isUp();
      const hostile = ['\u0001', '\u0085', '\ufdd0', '\uffff', '\u{1fffe}', '\ud800', '+', '#', '\0', 'a/'.repeat(210)];
      for (const requestId of hostile) {
        const topic = topics.response(requestId);
        await expect(link.publish({ topic, payload: 'x' }), topic).rejects.toMatchObject({ code: 'internal' });
      }
      await link.publish({ topic: topics.response('a'), payload: 'x', qos: 1 });
      expect([link.up, ups()]).toEqual([true, 1]);
    });

    it('cost it by what the request carries', async () => {
      const { link, topics, isUp, ups, requests } = openLink(mosquitto);
      await isUp();
      const client = await clientOf(mosquitto);
      const carried = [
        { userProperties: { __proto__: 'x', constructor: ['y', 'z'] } },
        { responseTopic: ' ', correlationData: Buffer.alloc(60_000) },
        { payloadFormatIndicator: true, messageExpiryInterval: 1, contentType: '' },
      ];
      for (const properties of carried) await client.publish(topics.requests, 'x', { qos: 1, properties });
      await client.publish(topics.requests, Buffer.alloc(2_000_000), { qos: 1 });
      await comesTrue(() => expect(requests).toHaveLength(carried.length + 1));
      expect([link.up, ups()]).toEqual([true, 1]);
    });
  });

  it('has every one of 500 acknowledged messages taken', async () => {
    const { link, topics, isUp } = openLink(mosquitto);
    await isUp();
    const ids = Array.from({ length: 500 }, (_, index) => index + 1);
    await Promise.all(
      ids.map((id) => link.publish({ topic: topics.cameraState(id), payload: '{}', retain: true, qos: 1 })),
    );
    const client = await clientOf(mosquitto);
    await client.subscribe(topics.cameraState(500));
    expect((await client.next(topics.cameraState(500))).retain).toBe(true);
  });

  it('speaks MQTT over WebSocket too', async () => {
    const port = await freePort();
    const broker = await startMosquitto({ config: [`listener ${port} 127.0.0.1`, 'protocol websockets'] });
    afterThisTest(broker.stop);
    const { isUp, log } = openLink({ ...broker, protocol: 'ws', port });
    await isUp();
    expect(log.lines[0]?.fields).toEqual({ broker: `ws://127.0.0.1:${port}`, protocol: '5' });
  });
});
