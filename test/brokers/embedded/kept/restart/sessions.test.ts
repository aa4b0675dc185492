/** Pins which sessions outlive the broker, however it ends: to their clients a restart is a bad moment of the network. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ENDS, type RestartedBroker, startRestartedBroker } from '../restarted-broker.ts';

let restarted: RestartedBroker;
beforeEach(async () => {
  restarted = await startRestartedBroker({ limits: { home: { offlineSessions: 2 } } });
});
afterEach(() => restarted.stop());

describe.each([4, 5] as const)('over protocol version %i', (version) => {
  const stays = { version, clean: false, ...(version === 5 && { properties: { sessionExpiryInterval: 3600 } }) };
  const publish = { cmd: 'publish', dup: false, retain: false } as const;

  describe.each(ENDS)('when the broker is %s', (end) => {
    it('a QoS 1 message that its client may have got already is flagged as one that comes again', async () => {
      const options = { ...stays, clientId: 'reader' };
      const reader = await restarted.test.raw('root', options);
      await reader.next('connack');
      reader.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'q', qos: 1 }] });
      await reader.next('suback');
      const sender = await restarted.test.client('root', { version });
      await sender.publish('q', 'first', { qos: 1 });
      expect(await reader.next('publish')).toMatchObject({ dup: false });
      const { raw, client } = await restarted.restart(end);
      const later = await client('root', { version });
      await later.publish('q', 'second', { qos: 1 });
      const again = await raw('root', options);
      const flags = [(await again.next('publish')).dup, (await again.next('publish')).dup];
      expect(flags).toEqual([true, false]);
    });

    it('a session is there again, with its subscriptions and what it is owed, in its order', async () => {
      const away = await restarted.test.client('root', { ...stays, clientId: 'away' });
      await away.subscribe('q/one', { qos: 1 });
      await away.subscribe('q/two', { qos: 2 });
      await away.subscribe('q/not-any-more');
      await away.unsubscribe('q/not-any-more');
      await away.end();
      const sender = await restarted.test.client('root', { version });
      for (let index = 0; index < 50; index += 1) {
        await sender.publish('q/one', `one ${index}`, { qos: 1 });
        await sender.publish('q/two', `two ${index}`, { qos: 2 });
        await sender.publish('q/not-any-more', `${index}`, { qos: 1 });
      }
      const { client } = await restarted.restart(end);
      const later = await client('root', { version });
      await later.publish('q/one', 'after the restart', { qos: 1 });
      const back = await client('root', { ...stays, clientId: 'away' });
      expect((await back.next(({ text }) => text === 'after the restart')).qos).toBe(1);
      await back.next(({ text }) => text === 'two 49');
      const of = (topic: string) => back.received.filter((message) => message.topic === topic).map(({ text }) => text);
      const expected = Array.from({ length: 50 }, (_, index) => index);
      expect(of('q/one')).toEqual([...expected.map((index) => `one ${index}`), 'after the restart']);
      expect(of('q/two')).toEqual(expected.map((index) => `two ${index}`));
      expect(back.received).toHaveLength(101);
      expect(back.received.filter(({ topic }) => topic === 'q/two').every(({ qos }) => qos === 2)).toBe(true);
    });

    it('a QoS 2 message that is under way comes again under its packet id, and only once', async () => {
      const options = { ...stays, clientId: 'reader' };
      const reader = await restarted.test.raw('root', options);
      await reader.next('connack');
      reader.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'q', qos: 2 }] });
      await reader.next('suback');
      const sender = await restarted.test.client('root', { version });
      await sender.publish('q', 'first', { qos: 2 });
      await sender.publish('q', 'second', { qos: 2 });
      const first = await reader.next('publish');
      const second = await reader.next('publish');
      expect([first.payload.toString(), second.payload.toString()]).toEqual(['first', 'second']);
      reader.send({ cmd: 'pubrec', messageId: first.messageId ?? 0 });
      await reader.next('pubrel');

      let { raw } = await restarted.restart(end);
      const again = await raw('root', options);
      expect(await again.next('connack')).toMatchObject({ sessionPresent: true });
      expect(await again.next('pubrel')).toMatchObject({ messageId: first.messageId });
      expect(await again.next('publish')).toMatchObject({ messageId: second.messageId, dup: true, qos: 2 });
      again.send({ cmd: 'pubcomp', messageId: first.messageId ?? 0 });
      again.send({ cmd: 'pubrec', messageId: second.messageId ?? 0 });
      await again.next('pubrel');
      again.send({ cmd: 'pubcomp', messageId: second.messageId ?? 0 }, { cmd: 'pingreq' });
      await again.next('pingresp');
      // What the client has finished is finished on the disk a moment later.
      const later = await restarted.test.client('root', { version });
      await later.publish('q', 'third', { qos: 1 });
      await again.next('publish');

      ({ raw } = await restarted.restart(end));
      const last = await raw('root', options);
      expect(await last.next('connack')).toMatchObject({ sessionPresent: true });
      expect((await last.next('publish')).payload.toString()).toBe('third');
      last.send({ cmd: 'pingreq' });
      await last.next('pingresp');
      expect(last.received.map(({ cmd }) => cmd)).toEqual(['connack', 'publish', 'pingresp']);
    });

    it('a QoS 2 message that was taken is not taken again', async () => {
      const reader = await restarted.test.client('root', { ...stays, clientId: 'reader' });
      await reader.subscribe('q', { qos: 1 });
      await reader.end();
      const options = { ...stays, clientId: 'sender' };
      const message = { ...publish, topic: 'q', qos: 2, messageId: 5 } as const;
      const sender = await restarted.test.raw('root', options);
      await sender.next('connack');
      sender.send({ ...message, payload: 'once' });
      expect(await sender.next('pubrec')).toMatchObject({ messageId: 5 });

      const { raw, client } = await restarted.restart(end);
      const again = await raw('root', options);
      expect(await again.next('connack')).toMatchObject({ sessionPresent: true });
      again.send({ ...message, payload: 'once', dup: true });
      expect(await again.next('pubrec')).toMatchObject({ messageId: 5 });
      again.send({ cmd: 'pubrel', messageId: 5 });
      expect(await again.next('pubcomp')).toMatchObject({ messageId: 5 });
      again.send({ ...message, payload: 'another' });
      await again.next('pubrec');
      const back = await client('root', { ...stays, clientId: 'reader' });
      await back.next(({ text }) => text === 'another');
      expect(back.received.map(({ text }) => text)).toEqual(['once', 'another']);
    });

    it('none is forgotten because all were away at that moment', async () => {
      const ids = ['one', 'two', 'three', 'four'];
      for (const clientId of ids) await restarted.test.client('root', { ...stays, clientId });
      await restarted.onDisk();
      const { raw } = await restarted.restart(end);
      for (const clientId of ids) {
        const back = await raw('root', { ...stays, clientId });
        expect(await back.next('connack')).toMatchObject({ sessionPresent: true });
      }
    });

    it('what has ended stays ended', async () => {
      const options = { ...stays, clientId: 'one' };
      const one = await restarted.test.client('root', options);
      await one.subscribe('q');
      await one.end();
      const clean = await restarted.test.client('root', { version, clientId: 'one', clean: true });
      await clean.end();
      await restarted.onDisk();
      const { raw } = await restarted.restart(end);
      const back = await raw('root', options);
      expect(await back.next('connack')).toMatchObject({ sessionPresent: false });
    });
  });
});
