/** Owns what every MqttLink must do, whatever broker it sits at; the caller brings the link and a client of that broker. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InboundMessage, MqttLink } from '../../src/core/ports.ts';
import type { Topics } from '../../src/protocol/topics.ts';
import { comesTrue } from '../support/patience.ts';
import type { ContractClient, ContractPublish, LinkUnderTest } from './link-under-test.ts';

export function mqttLinkContract(name: string, open: () => Promise<LinkUnderTest>): void {
  describe(`${name} as an MqttLink`, () => {
    let opened: LinkUnderTest;
    let link: MqttLink;
    let topics: Topics;
    let client: ContractClient;
    let requests: InboundMessage[];

    beforeEach(async () => {
      opened = await open();
      ({ link, topics } = opened);
      requests = [];
      link.onRequest((message) => requests.push(message));
      await new Promise<void>((resolve) => link.onUp(resolve));
      client = await opened.connectClient({ version: 5 });
    });

    afterEach(async () => {
      await client.end();
      await opened.cleanup();
    });

    /** What the client has published before has reached the link when this resolves, if it ever will. */
    async function settled(): Promise<void> {
      await link.publish({ topic: `${topics.base}/settled`, payload: '', qos: 1 });
    }

    async function request(payload: string | Buffer, options: ContractPublish = {}): Promise<void> {
      await client.publish(topics.requests, payload, { qos: 1, ...options });
      await settled();
    }

    describe('requests', () => {
      it('hands over topic and bytes of a request exactly as they were sent', async () => {
        const bytes = Buffer.from([0, 0xff, 0xc3, 0x28, 0x7b]);
        await request(bytes);
        expect(requests).toHaveLength(1);
        expect(requests[0]).toMatchObject({ topic: topics.requests, retained: false, dup: false });
        expect(Buffer.from(requests[0]?.payload ?? [])).toEqual(bytes);
      });

      it('hands over an empty request', async () => {
        await request('');
        expect(requests.map(({ payload }) => payload.length)).toEqual([0]);
      });

      it.each([4, 5] as const)('hands over what clients of protocol version %i send', async (version) => {
        const other = await opened.connectClient({ version });
        await other.publish(topics.requests, 'a request', { qos: 1 });
        await settled();
        await other.end();
        expect(requests.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['a request']);
      });

      it('keeps the order of one sender', async () => {
        const sent = Array.from({ length: 50 }, (_, index) => String(index));
        await Promise.all(sent.map((payload) => client.publish(topics.requests, payload, { qos: 1 })));
        await settled();
        expect(requests.map(({ payload }) => Buffer.from(payload).toString())).toEqual(sent);
      });

      it('gives every request to every handler', async () => {
        const second: InboundMessage[] = [];
        link.onRequest((message) => second.push(message));
        await request('a request');
        expect(second).toEqual(requests);
      });

      it.each([4, 5] as const)('flags what version %i sends with the retain flag, at once (N-06)', async (version) => {
        const other = await opened.connectClient({ version });
        await other.publish(topics.requests, 'retained', { qos: 1, retain: true });
        await settled();
        await other.end();
        await client.publish(topics.requests, '', { qos: 1, retain: true });
        expect(requests[0]).toMatchObject({ retained: true });
      });

      it('hands over the response topic and the correlation data of MQTT 5 (N-08)', async () => {
        const responseTopic = `${topics.responsePrefix}mine`;
        const correlationData = Buffer.from([0, 1, 0xff]);
        await request('a request', { properties: { responseTopic, correlationData } });
        expect(requests[0]?.responseTopic).toBe(responseTopic);
        expect(Buffer.from(requests[0]?.correlationData ?? [])).toEqual(correlationData);
      });

      it('has neither of them when the sender has none', async () => {
        await request('a request');
        expect(requests[0]?.responseTopic).toBeUndefined();
        expect(requests[0]?.correlationData).toBeUndefined();
      });

      it('listens to the requests topic and to nothing else (N-07)', async () => {
        const others = [
          topics.failures,
          topics.response('a'),
          topics.availability,
          `${topics.requests}/a`,
          topics.base,
        ];
        for (const topic of others) await client.publish(topic, 'not for you', { qos: 1 });
        await link.publish({ topic: topics.failures, payload: 'my own' });
        await settled();
        expect(requests).toEqual([]);
      });
    });

    describe('listening besides', () => {
      it('hears from when it asks until it stops, whatever came on the same topic before', async () => {
        const heard: string[] = [];
        const say = async (text: string) => {
          await client.publish(`${topics.base}/turn/1`, text, { qos: 1 });
          await settled();
        };
        await say('before');
        const stop = link.listen(`${topics.base}/turn/+`, ({ payload }) => heard.push(Buffer.from(payload).toString()));
        await settled();
        await say('meanwhile');
        stop();
        await settled();
        await say('behind');
        expect(heard).toEqual(['meanwhile']);
      });

      it('hears what matches a filter, with its retain flag, also when it asks while it is up', async () => {
        const heard: InboundMessage[] = [];
        link.listen(`${topics.base}/command/+/press`, (message) => heard.push(message));
        await settled();
        await client.publish(`${topics.base}/command/1/press`, 'first', { qos: 1 });
        await client.publish(`${topics.base}/command/1/2/press`, 'no match', { qos: 1 });
        await client.publish(`${topics.base}/command/2/press`, 'second', { qos: 1, retain: true });
        await comesTrue(() => expect(heard).toHaveLength(2));
        expect(heard.map(({ topic, payload, retained }) => [topic, Buffer.from(payload).toString(), retained])).toEqual(
          [
            [`${topics.base}/command/1/press`, 'first', false],
            [`${topics.base}/command/2/press`, 'second', true],
          ],
        );
        await client.publish(`${topics.base}/command/2/press`, '', { qos: 1, retain: true });
      });

      it('hears first what is retained there', async () => {
        await client.publish(`${topics.base}/memory/1`, 'kept', { qos: 1, retain: true });
        const heard: InboundMessage[] = [];
        link.listen(`${topics.base}/memory/+`, (message) => heard.push(message));
        await comesTrue(() => expect(heard).toMatchObject([{ topic: `${topics.base}/memory/1`, retained: true }]));
        await client.publish(`${topics.base}/memory/1`, '', { qos: 1, retain: true });
      });

      it('hands no request to it, and lets other readers have the message too', async () => {
        const heard: string[] = [];
        link.listen(`${topics.base}/other/#`, ({ topic }) => heard.push(topic));
        await client.subscribe(`${topics.base}/other/#`);
        await request('a request');
        await client.publish(`${topics.base}/other/a`, 'x', { qos: 1 });
        expect((await client.next(`${topics.base}/other/a`)).text).toBe('x');
        await comesTrue(() => expect(heard).toEqual([`${topics.base}/other/a`]));
        expect(requests).toHaveLength(1);
      });
    });

    describe('publishing', () => {
      it.each([4, 5] as const)('reaches a subscriber of protocol version %i, text and bytes alike', async (version) => {
        const subscriber = await opened.connectClient({ version });
        await subscriber.subscribe(`${topics.responsePrefix}#`);
        const bytes = new Uint8Array([0, 0xff, 0x80]);
        await link.publish({ topic: topics.response('text'), payload: '{"name":"Küche"}' });
        await link.publish({ topic: topics.response('bytes'), payload: bytes });
        expect((await subscriber.next(topics.response('text'))).text).toBe('{"name":"Küche"}');
        expect((await subscriber.next(topics.response('bytes'))).payload).toEqual(Buffer.from(bytes));
        await subscriber.end();
      });

      it('takes a copy: bytes that change afterwards are not sent', async () => {
        await client.subscribe(topics.response('a'));
        const bytes = new Uint8Array([1, 2, 3]);
        const published = link.publish({ topic: topics.response('a'), payload: bytes });
        bytes.fill(9);
        await published;
        expect((await client.next(topics.response('a'))).payload).toEqual(Buffer.from([1, 2, 3]));
      });

      it('can answer with an empty message (N-01)', async () => {
        await client.subscribe(topics.response('a'));
        await link.publish({ topic: topics.response('a'), payload: '' });
        expect((await client.next(topics.response('a'))).payload).toHaveLength(0);
      });

      it('answers on request ids with slashes and spaces', async () => {
        await client.subscribe(topics.response('a/b c'));
        await link.publish({ topic: topics.response('a/b c'), payload: 'yes' });
        expect((await client.next(topics.response('a/b c'))).text).toBe('yes');
      });

      it('returns correlation data to clients of MQTT 5 (N-08)', async () => {
        await client.subscribe(topics.response('a'));
        const correlationData = new Uint8Array([0, 7, 0xfe]);
        await link.publish({ topic: topics.response('a'), payload: 'x', correlationData });
        expect((await client.next(topics.response('a'))).properties.correlationData).toEqual(
          Buffer.from(correlationData),
        );
      });

      it('retains what it is told to retain and nothing else, and clears it by an empty message', async () => {
        const [kept, passing, cleared] = [topics.cameraState(1), topics.failures, topics.cameraState(2)];
        await link.publish({ topic: kept, payload: 'state', retain: true, qos: 1 });
        await link.publish({ topic: cleared, payload: 'state', retain: true, qos: 1 });
        await link.publish({ topic: cleared, payload: '', retain: true, qos: 1 });
        await link.publish({ topic: passing, payload: 'failure' });
        await settled();
        await client.subscribe(`${topics.base}/#`);
        expect(await client.next(kept)).toMatchObject({ text: 'state', retain: true });
        await client.publish(`${topics.base}/last`, '', { qos: 1 });
        await client.next(`${topics.base}/last`);
        expect(client.received.map(({ topic }) => topic).sort()).toEqual(
          [topics.availability, kept, `${topics.base}/last`].sort(),
        );
      });

      it('tells that the broker has what was acknowledged', async () => {
        expect(await link.publish({ topic: topics.failures, payload: 'a failure', qos: 1 })).toBe(true);
      });

      it('keeps the order of what it is given', async () => {
        await client.subscribe(topics.failures);
        const sent = Array.from({ length: 200 }, (_, index) => String(index));
        await Promise.all(sent.map((payload) => link.publish({ topic: topics.failures, payload })));
        for (const payload of sent) expect((await client.next(topics.failures)).text).toBe(payload);
      });

      it.each([
        ['nothing', ''],
        ['a wildcard', 'a/+/b'],
        ['another wildcard', 'a/#'],
        ['NUL', 'a\0b'],
        ['more bytes than a topic can have', 'ä'.repeat(40_000)],
      ])('refuses a topic with %s and stays connected (N-07)', async (_fault, topic) => {
        await expect(link.publish({ topic, payload: 'x' })).rejects.toMatchObject({ code: 'internal' });
        await request('still there');
        expect(requests).toHaveLength(1);
        expect(link.up).toBe(true);
      });
    });

    describe('availability (N-46)', () => {
      it('is retained as online while the link is up', async () => {
        await client.subscribe(topics.availability);
        expect(await client.next(topics.availability)).toMatchObject({ text: 'online', retain: true });
        expect(link.up).toBe(true);
      });

      it('turns to a retained offline when the link closes', async () => {
        await client.subscribe(topics.availability);
        await client.next(topics.availability);
        await link.close();
        expect((await client.next(topics.availability)).text).toBe('offline');
        const late = await opened.connectClient({ version: 4 });
        await late.subscribe(topics.availability);
        expect(await late.next(topics.availability)).toMatchObject({ text: 'offline', retain: true });
        await late.end();
      });
    });

    describe('life', () => {
      it('calls a handler that comes when the link is up already', () => {
        let calls = 0;
        link.onUp(() => {
          calls += 1;
        });
        expect(calls).toBe(1);
      });

      it('takes no requests any more after stopRequests, yet answers those it has', async () => {
        await client.subscribe(topics.response('a'));
        await request('before');
        await link.stopRequests();
        await request('after');
        expect(requests.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['before']);
        await link.publish({ topic: topics.response('a'), payload: 'answer' });
        expect((await client.next(topics.response('a'))).text).toBe('answer');
      });

      it('is down after close, which can be called twice', async () => {
        await Promise.all([link.close(), link.close()]);
        await link.close();
        expect(link.up).toBe(false);
      });

      it('drops what is published after close without an error', async () => {
        await link.close();
        await client.subscribe(`${topics.base}/#`);
        expect(await link.publish({ topic: topics.failures, payload: 'too late', qos: 1 })).toBe(false);
        await client.publish(`${topics.base}/last`, '', { qos: 1 });
        await client.next(`${topics.base}/last`);
        expect(client.received.map(({ topic }) => topic)).not.toContain(topics.failures);
      });
    });
  });
}
