import { describe, expect, it } from 'vitest';
import { type Mosquitto, mosquittoIsMissing, startMosquitto } from '../../support/brokers/mosquitto.ts';
import { freePort } from '../../support/free-port.ts';
import { comesTrue } from '../../support/patience.ts';
import { afterThisTest, clientOf, openLink, textOf } from './open-link.ts';

describe.skipIf(mosquittoIsMissing)('when mosquitto comes and goes', () => {
  async function startOwn(config?: string[], port?: number): Promise<Mosquitto> {
    const broker = await startMosquitto({ ...(config && { config }), ...(port !== undefined && { port }) });
    afterThisTest(broker.stop);
    return broker;
  }

  it('is back after a restart of the broker: online, subscribed, and onUp called again', async () => {
    const broker = await startOwn();
    const { link, topics, requests, isUp } = openLink(broker);
    await isUp();
    await broker.restart();
    await isUp(2);
    const client = await clientOf(broker);
    await client.subscribe([topics.availability, topics.response('a')]);
    expect(await client.next(topics.availability)).toMatchObject({ text: 'online', retain: true });
    await client.publish(topics.requests, 'a request', { qos: 1 });
    await comesTrue(() => expect(requests.map(textOf)).toEqual(['a request']));
    await link.publish({ topic: topics.response('a'), payload: 'answer' });
    expect((await client.next(topics.response('a'))).text).toBe('answer');
  });

  it('says before `online` what shall hold by then, at each connection', async () => {
    const broker = await startOwn();
    const client = await clientOf(broker);
    const { link, topics, isUp } = openLink(broker);
    await client.subscribe(`${topics.base}/#`);
    link.beforeUp(() => link.publish({ topic: `${topics.base}/mine`, payload: 'true', retain: true, qos: 1 }));
    await isUp();
    await client.next(topics.availability);
    expect(client.received.map(({ text }) => text)).toEqual(['true', 'online']);
    await broker.restart();
    await isUp(2);
    const late = await clientOf(broker);
    await late.subscribe(`${topics.base}/mine`);
    expect((await late.next(`${topics.base}/mine`)).text).toBe('true');
  });

  it('publishes nothing stale: what was published meanwhile is dropped', async () => {
    const broker = await startOwn();
    const { link, topics, isUp, log } = openLink(broker);
    await isUp();
    const restarted = broker.restart();
    await comesTrue(() => expect(link.up).toBe(false));
    await link.publish({ topic: topics.failures, payload: 'stale' });
    await link.publish({ topic: topics.failures, payload: 'stale', qos: 1 });
    await restarted;
    const client = await clientOf(broker);
    await client.subscribe(`${topics.base}/#`);
    await isUp(2);
    await link.publish({ topic: topics.failures, payload: 'fresh', qos: 1 });
    await client.next(({ text }) => text === 'fresh');
    expect(client.received.map(({ text }) => text)).toEqual(['online', 'fresh']);
    expect(log.lines.filter(({ message }) => message.startsWith('message dropped'))).toHaveLength(2);
  });

  it('waits for a broker that is absent at the start, and says so once', async () => {
    const port = await freePort();
    const { link, topics, isUp, log } = openLink({ port, username: 'bridge', password: 'no-log-may-hold-this' });
    await link.publish({ topic: topics.failures, payload: 'dropped' });
    const attempts = () => log.lines.filter(({ fields }) => String(fields['reason']).includes('ECONNREFUSED')).length;
    await comesTrue(() => expect(attempts()).toBeGreaterThan(1));
    expect(link.up).toBe(false);
    await startOwn([], port);
    await isUp();
    expect(log.visible()).toEqual([
      'warn: no connection to the MQTT broker, trying on',
      'info: connected to the MQTT broker',
    ]);
  });

  it('says that the password is wrong, never which it was, and tries on', async () => {
    const broker = await startOwn();
    const { link, log } = openLink({ ...broker, password: 'wrong-and-secret' });
    const refusals = () => log.lines.filter(({ fields }) => fields['reason'] === 'Connection refused: Not authorized');
    await comesTrue(() => expect(refusals().length).toBeGreaterThan(1));
    expect(refusals().map(({ level }) => level)).toEqual([
      'warn',
      ...refusals()
        .slice(1)
        .map(() => 'debug'),
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('secret');
    await link.close();
  });

  it('leaves the broker when a handler of ours fails, says why, and comes back', async () => {
    const broker = await startOwn();
    const { link, log, isUp } = openLink(broker);
    link.onUp(() => {
      if (log.visible().length === 1) throw new Error('a fault of ours');
    });
    await isUp(2);
    expect(log.lines.map(({ fields }) => fields['reason'])).toContain('a fault of ours');
    const connections = broker.log().match(/New client connected/g);
    const ends = () => broker.log().match(/Client \S+ (closed its connection|disconnected)/g);
    await comesTrue(() => expect([connections?.length, ends()?.length]).toEqual([2, 1]));
  });

  it('says so when the account may not write to a topic, and stays', async () => {
    const broker = await startMosquitto({
      acl: ['user bridge', 'topic read +/requests', 'topic write +/availability'],
    });
    afterThisTest(broker.stop);
    const { link, topics, isUp, ups, log } = openLink(broker);
    await isUp();
    await link.publish({ topic: topics.failures, payload: 'x', qos: 1 });
    expect(log.lines.at(-1)).toMatchObject({
      level: 'warn',
      message: 'the MQTT broker refuses a message',
      fields: { topic: topics.failures, reason: 'Publish error: Not authorized' },
    });
    expect([link.up, ups()]).toEqual([true, 1]);
  });

  it('does not send more than the broker takes in one packet', async () => {
    const broker = await startOwn(['max_packet_size 2000']);
    const { link, topics, isUp, ups } = openLink(broker);
    await isUp();
    const topic = topics.response('a');
    await expect(link.publish({ topic, payload: 'x'.repeat(3000) })).rejects.toMatchObject({ code: 'internal' });
    await link.publish({ topic, payload: 'x'.repeat(1000), qos: 1 });
    expect([link.up, ups()]).toEqual([true, 1]);
  });

  it('can be closed while the broker hangs', async () => {
    const broker = await startOwn();
    const { link, isUp } = openLink(broker);
    await isUp();
    broker.freeze();
    await link.stopRequests();
    await link.close();
    expect(link.up).toBe(false);
  });

  it('publishes nothing after its offline', async () => {
    const broker = await startOwn();
    const { link, topics, isUp } = openLink(broker);
    await isUp();
    const watcher = await clientOf(broker);
    await watcher.subscribe(`${topics.base}/#`);
    const closed = link.close();
    await link.publish({ topic: topics.failures, payload: 'too late' });
    await closed;
    await watcher.publish(`${topics.base}/last`, '', { qos: 1 });
    await watcher.next(`${topics.base}/last`);
    expect(watcher.received.map(({ text }) => text)).toEqual(['online', 'offline', '']);
  });

  it('can be closed before it was ever connected', async () => {
    const { link } = openLink({ port: await freePort() });
    await link.close();
    expect(link.up).toBe(false);
  });
});
