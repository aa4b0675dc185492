/** What CONNECT has in its payload, and in which order (MQTT 5.0, 3.1.3; MQTT 3.1.1, 3.1.3). */

import type { Level } from '../../../../../src/brokers/embedded/packets/packet.ts';
import { hex, props, raw, u16, u32 } from '../bytes.ts';
import { MALFORMED, type Row, rejects, TOPIC_INVALID, welcomes } from '../row.ts';
import { connect } from './connect-header.ts';

const ALL: readonly Level[] = [3, 4, 5];
const USERNAME = 0x80;
const PASSWORD = 0x40;
const WILL = 0x04;

const order: Row[] = [
  welcomes(
    '5/3.1.3-1 4/3.1.3-1 5/3.1.4-1 4/3.1.4-1',
    'all there can be, in order',
    ALL,
    connect(USERNAME | PASSWORD | WILL, 'c', props(), 'a/b', 'gone', 'user', 'secret'),
    {
      clientId: 'c',
      will: { topic: 'a/b', payload: raw('gone'), qos: 0, retain: false, delaySeconds: 0, properties: {} },
      username: 'user',
      password: raw('secret'),
    },
  ),
  rejects(
    '5/3.1.3-1 4/3.1.3-1 5/3.1.4-1 4/3.1.4-1 5/2.1.4',
    'one field more',
    ALL,
    connect(USERNAME, 'c', 'user', 'more'),
    MALFORMED,
  ),
  rejects('5/3.1.4-1 4/3.1.4-1 5/2.1.4', 'one byte more', ALL, connect(2, 'c', 0), MALFORMED),
  welcomes('5/3.1.3-3 4/3.1.3-3', 'a client id first', ALL, connect(2, 'first'), { clientId: 'first' }),
  rejects('5/3.1.3-3 4/3.1.3-3 5/1.5.2', 'no client id', ALL, connect(2), MALFORMED),
  rejects('5/3.1.3-3 4/3.1.3-3 5/1.5.4', 'half a client id', ALL, connect(2, u16(5), raw('abc')), MALFORMED),
];

const THERE = '5/3.1.2-9 4/3.1.2-9';
const wills: Row[] = [
  welcomes(THERE, 'topic and payload of the will', ALL, connect(WILL, 'c', props(), 'a', 'gone'), {
    will: { topic: 'a', payload: raw('gone') },
  }),
  welcomes(THERE, 'a will of no bytes', ALL, connect(WILL, 'c', props(), 'a', ''), { will: { payload: raw('') } }),
  welcomes(THERE, 'a will that is no text', ALL, connect(WILL, 'c', props(), 'a', hex('00 02 ff 00')), {
    will: { payload: hex('ff 00') },
  }),
  rejects(`${THERE} 5/1.5.2 5/1.5.1`, 'neither topic nor payload of the will', ALL, connect(WILL, 'c'), MALFORMED),
  rejects(`${THERE} 5/1.5.2`, 'no payload of the will', ALL, connect(WILL, 'c', props(), 'a'), MALFORMED),
  rejects(
    `${THERE} 5/1.5.6`,
    'half a payload of the will',
    ALL,
    connect(WILL, 'c', props(), 'a', hex('00 04 aa')),
    MALFORMED,
  ),
  rejects('4/3.1.2-11 5/2.1.4', 'a will that no flag tells of', ALL, connect(2, 'c', 'a', 'gone'), MALFORMED),
  rejects(
    '5/4.7.0-1 4/4.7.1-1',
    'a will for a + topic',
    ALL,
    connect(WILL, 'c', props(), 'a/+', 'gone'),
    TOPIC_INVALID,
  ),
  rejects('5/4.7.0-1 4/4.7.1-1', 'a will for a # topic', ALL, connect(WILL, 'c', props(), '#', 'gone'), TOPIC_INVALID),
  rejects('5/4.7.3-1 4/4.7.3-1', 'a will for no topic', ALL, connect(WILL, 'c', props(), '', 'gone'), TOPIC_INVALID),
  welcomes(
    '5/4.7.3-1 4/4.7.3-1 5/4.7.0-1 4/4.7.1-1',
    'a will for a topic that is a slash',
    ALL,
    connect(WILL, 'c', props(), '/', 'gone'),
    { will: { topic: '/' } },
  ),
  welcomes(
    '5/3.1.3-10',
    'the user properties of the will in their order',
    [5],
    connect(WILL, 'c', props(0x26, 'b', '1', 0x26, 'a', '2', 0x26, 'b', '3'), 'a', ''),
    {
      will: {
        properties: {
          userProperties: [
            ['b', '1'],
            ['a', '2'],
            ['b', '3'],
          ],
        },
      },
    },
  ),
  welcomes('5/3.1.3.2.2', 'a will that waits', [5], connect(WILL, 'c', props(0x18, u32(7)), 'a', ''), {
    will: { delaySeconds: 7, properties: {} },
  }),
];

export const CONNECT_PAYLOAD: readonly Row[] = [...order, ...wills];
