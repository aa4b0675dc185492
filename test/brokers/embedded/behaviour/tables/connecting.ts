/** Owns the rows about CONNECT and CONNACK: who is let in, under which name, and what is said first. */

import { expect } from 'vitest';
import { encode } from '../../../../../src/brokers/embedded/packets/encode.ts';
import { connectOf, kept, publishOf, subscribeOf } from '../../../../support/brokers/memory-peer.ts';
import { ALL, ONLY_5, type Row, SINCE_4, shows } from '../row.ts';

export const CONNECTING: readonly Row[] = [
  shows(
    '5/3.1.4-5 5/3.2.0-1 5/3.2.0-2 4/3.1.4-4 4/3.2.0-1',
    'one CONNACK comes first, whatever was sent with the CONNECT',
    ALL,
    async (world, level) => {
      const peer = world.open(level);
      const answers = await peer.say(connectOf(level), subscribeOf(['a']), publishOf('a', 'x'), { kind: 'pingreq' });
      expect(answers.map(({ kind }) => kind)).toEqual(['connack', 'suback', 'publish', 'pingresp']);
      expect(answers[0]).toMatchObject({ reasonCode: 0 });
    },
  ),
  shows(
    '5/3.1.4-2 5/3.1.4-6 5/3.2.2-7 5/4.13.2-1 4/3.1.4-5 4/3.2.2-5',
    'after a CONNACK that says no the connection is closed, and nothing that came with the CONNECT is done',
    ALL,
    async (world, level) => {
      const reader = await world.client(level, { clientId: 'reader' });
      await reader.subscribe('a');
      const peer = world.open(level);
      const answers = await peer.say(connectOf(level, { password: 'wrong' }), publishOf('a', 'x', { qos: 1 }));
      expect(answers).toMatchObject([{ kind: 'connack', sessionPresent: false, reasonCode: level === 5 ? 0x86 : 4 }]);
      expect(peer.isClosed).toBe(true);
      expect(reader.take()).toEqual([]);
    },
  ),
  shows('5/3.2.2-6 4/3.2.2-4', 'who is refused is told of no session', SINCE_4, async (world, level) => {
    const first = await world.client(level, kept(level, 'one'));
    await first.cut();
    const { answers } = await world.login(level, { ...kept(level, 'one'), password: 'wrong' });
    expect(answers).toMatchObject([{ kind: 'connack', sessionPresent: false }]);
  }),
  shows(
    '5/3.1.3-8 4/3.1.3-9',
    'a client id that cannot be used is refused, and the connection closed',
    [3, 4],
    async (world, level) => {
      const peer = world.open(level);
      // Without an id there is nothing to find the session by that is to be kept.
      const bytes = Buffer.from(
        level === 3 ? '\x10\x0e\0\x06MQIsdp\x03\0\0\0\0\0' : '\x10\x0c\0\x04MQTT\x04\0\0\0\0\0',
        'latin1',
      );
      expect(await peer.sayBytes(bytes)).toMatchObject([{ kind: 'connack', sessionPresent: false, reasonCode: 2 }]);
      expect(peer.isClosed).toBe(true);
    },
  ),
  shows(
    '4/3.2.2-6 5/3.1.4-1',
    'what the version has no code for is closed without a CONNACK',
    SINCE_4,
    async (world, level) => {
      const peer = world.open(level);
      const bytes = encode(connectOf(level), level);
      const flagsAt = level === 3 ? 11 : 9;
      // The reserved one (3.1.2-3).
      bytes.writeUInt8(bytes.readUInt8(flagsAt) | 1, flagsAt);
      expect(await peer.sayBytes(bytes)).toMatchObject(level === 5 ? [{ kind: 'connack', reasonCode: 0x81 }] : []);
      expect(peer.isClosed).toBe(true);
    },
  ),
  shows(
    '5/3.1.3-7 5/3.2.2-16',
    'who brings no client id is given one that nobody else has',
    ONLY_5,
    async (world, level) => {
      const one = await world.client(level, { clientId: '' });
      const other = await world.client(level, { clientId: '' });
      const ids = [one, other].map(({ connack }) => connack?.properties.assignedClientId);
      expect(ids[0]).toBeTruthy();
      expect(ids[1]).toBeTruthy();
      expect(ids[0]).not.toBe(ids[1]);
    },
  ),
  shows('5/3.1.3-7', 'the session is found under the id that was given', ONLY_5, async (world, level) => {
    const one = await world.client(level, kept(level, ''));
    const clientId = one.connack?.properties.assignedClientId ?? '';
    await one.cut();
    expect((await world.client(level, kept(level, clientId))).connack?.sessionPresent).toBe(true);
  }),
  shows(
    '5/3.1.4-3 4/3.1.4-2',
    'who comes with the id of one who is there takes its place',
    ALL,
    async (world, level) => {
      const former = await world.client(level, { clientId: 'one' });
      const latter = await world.client(level, { clientId: 'one' });
      expect(former.isClosed).toBe(true);
      expect(former.take()).toMatchObject(level === 5 ? [{ kind: 'disconnect', reasonCode: 0x8e }] : []);
      expect(await latter.ping()).toMatchObject([{ kind: 'pingresp' }]);
    },
  ),
  shows('5/3.1.3-2 4/3.1.3-2', 'another id is another session', ALL, async (world, level) => {
    const one = await world.client(level, kept(level, 'one'));
    await one.subscribe('a');
    await one.cut();
    const other = await world.client(level, kept(level, 'other'));
    await other.publish('a', 'x');
    expect(other.connack?.sessionPresent).toBe(false);
    expect(other.texts()).toEqual([]);
  }),
  shows('5/3.2.2-10', 'a subscription at any QoS is granted', ONLY_5, async (world, level) => {
    const peer = await world.client(level);
    for (const qos of [0, 1, 2] as const) {
      expect(await peer.subscribe(`a/${qos}`, { qos })).toMatchObject([{ kind: 'suback', reasonCodes: [qos] }]);
    }
  }),
  shows('5/3.2.2-22 5/3.1.2-21', 'the keep-alive of the client is taken as it is', ONLY_5, async (world, level) => {
    const peer = await world.client(level, { keepAliveSeconds: 60_000 });
    expect(peer.connack?.properties).not.toHaveProperty('serverKeepAliveSeconds');
  }),
  shows('5/3.1.2-28', 'response information is for who asks for it', ONLY_5, async (world, level) => {
    const quiet = await world.client(level, { clientId: 'quiet', properties: { requestResponseInformation: false } });
    expect(quiet.connack?.properties).not.toHaveProperty('responseInformation');
    const curious = await world.client(level, { properties: { requestResponseInformation: true } });
    expect(curious.connack?.properties.responseInformation).toBe('nestmtx/responses/');
  }),
  shows('5/3.1.2-29', 'who wants no reasons gets none on acknowledgements', ONLY_5, async (world, level) => {
    const peer = await world.client(level, { properties: { requestProblemInformation: false } });
    const answers = [
      ...(await peer.subscribe('alice/#')),
      ...(await peer.unsubscribe('nothing')),
      ...(await peer.publish('nestmtx/availability', 'x', { qos: 1 })),
    ];
    expect(answers.map(({ kind }) => kind)).toEqual(['suback', 'unsuback', 'puback']);
    for (const answer of answers) expect(answer).toMatchObject({ properties: {} });
  }),
  shows(
    '5/4.12.0-1 5/3.2.2-7',
    'an authentication method is refused, since none is known',
    ONLY_5,
    async (world, level) => {
      const { peer, answers } = await world.login(level, { properties: { authenticationMethod: 'SCRAM' } });
      expect(answers).toMatchObject([{ kind: 'connack', reasonCode: 0x8c }]);
      expect(peer.isClosed).toBe(true);
    },
  ),
  shows('5/4.12.0-6', 'without an authentication method none is answered', ONLY_5, async (world, level) => {
    const { answers } = await world.login(level);
    expect(answers).toHaveLength(1);
    expect((await world.client(level, { clientId: 'b' })).connack?.properties).not.toHaveProperty(
      'authenticationMethod',
    );
  }),
  shows(
    '5/4.12.0-7 5/4.13.1-1',
    'AUTH of somebody who named no method ends the connection',
    ONLY_5,
    async (world, level) => {
      const peer = await world.client(level);
      const answers = await peer.say({ kind: 'auth', reasonCode: 0x19, properties: { authenticationMethod: 'SCRAM' } });
      expect(answers).toMatchObject([{ kind: 'disconnect', reasonCode: 0x82 }]);
      expect(peer.isClosed).toBe(true);
    },
  ),
];
