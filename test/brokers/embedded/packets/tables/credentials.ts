/** User name, password and authentication data of CONNECT (MQTT 5.0, 3.1.2.8 to 3.1.2.11.10; MQTT 3.1.1, 3.1.2.8 and 3.1.2.9). */

import type { Level } from '../../../../../src/brokers/embedded/packets/packet.ts';
import { hex, packet, props, raw, u16 } from '../bytes.ts';
import { MALFORMED, PROTOCOL_ERROR, type Row, rejects, welcomes } from '../row.ts';
import { connect, protocol } from './connect-header.ts';

const ALL: readonly Level[] = [3, 4, 5];
const USERNAME = 0x80;
const PASSWORD = 0x40;

const credentials: Row[] = [
  welcomes('5/3.1.2-17 4/3.1.2-19', 'the user name that its flag tells of', ALL, connect(USERNAME, 'c', 'user'), {
    username: 'user',
    password: undefined,
  }),
  welcomes('5/3.1.2-17 4/3.1.2-19', 'a user name of no bytes', ALL, connect(USERNAME, 'c', ''), { username: '' }),
  rejects(
    '5/3.1.2-17 4/3.1.2-19 5/1.5.2',
    'no user name where its flag tells of one',
    [4, 5],
    connect(USERNAME, 'c'),
    MALFORMED,
  ),
  welcomes('3/3.1', 'no user name where its flag tells of one, which is valid', [3], connect(USERNAME, 'c'), {
    username: undefined,
  }),
  welcomes('5/3.1.2-16 4/3.1.2-18', 'no user name', ALL, connect(2, 'c'), { username: undefined }),
  rejects(
    '5/3.1.2-16 4/3.1.2-18 5/2.1.4',
    'a user name that no flag tells of',
    ALL,
    connect(2, 'c', 'user'),
    MALFORMED,
  ),
  welcomes(
    '5/3.1.2-19 4/3.1.2-21',
    'the password that its flag tells of',
    ALL,
    connect(USERNAME | PASSWORD, 'c', 'user', 'secret'),
    { password: raw('secret') },
  ),
  welcomes(
    '5/3.1.2-19 4/3.1.2-21',
    'a password that is no text',
    ALL,
    connect(USERNAME | PASSWORD, 'c', 'user', hex('00 03 00 ff 80')),
    { password: hex('00 ff 80') },
  ),
  rejects(
    '5/3.1.2-19 4/3.1.2-21 5/1.5.2',
    'no password where its flag tells of one',
    [4, 5],
    connect(USERNAME | PASSWORD, 'c', 'user'),
    MALFORMED,
  ),
  welcomes(
    '3/3.1',
    'no password where its flag tells of one, which is valid',
    [3],
    connect(USERNAME | PASSWORD, 'c', 'user'),
    { username: 'user', password: undefined },
  ),
  welcomes('5/3.1.2-18 4/3.1.2-20', 'no password', ALL, connect(USERNAME, 'c', 'user'), { password: undefined }),
  rejects(
    '5/3.1.2-18 4/3.1.2-20 5/2.1.4',
    'a password that no flag tells of',
    ALL,
    connect(USERNAME, 'c', 'user', 'secret'),
    MALFORMED,
  ),
  welcomes('4/3.1.2-22', 'a password and a user name', [3, 4], connect(USERNAME | PASSWORD, 'c', 'user', 'secret'), {
    username: 'user',
  }),
  rejects('4/3.1.2-22', 'a password but no user name', [3, 4], connect(PASSWORD, 'c', 'secret'), MALFORMED),
  welcomes('5/3.1.2.9', 'a password but no user name, which MQTT 5 allows', [5], connect(PASSWORD, 'c', 'secret'), {
    username: undefined,
    password: raw('secret'),
  }),
];

const authentication: Row[] = [
  welcomes(
    '5/3.1.2.11.10',
    'data for a method',
    [5],
    packet(0x10, protocol, 2, u16(0), props(0x16, 'x', 0x15, 'm'), 'c'),
    { properties: { authenticationMethod: 'm', authenticationData: raw('x') } },
  ),
  rejects(
    '5/3.1.2.11.10',
    'data for no method',
    [5],
    packet(0x10, protocol, 2, u16(0), props(0x16, 'x'), 'c'),
    PROTOCOL_ERROR,
  ),
];

export const CREDENTIALS: readonly Row[] = [...credentials, ...authentication];
