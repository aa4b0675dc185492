/** How a connection begins, and what CONNECT says before its payload (MQTT 5.0, 3.1.0 to 3.1.2; MQTT 3.1.1, the same). */

import type { Level } from '../../../../../src/brokers/embedded/packets/packet.ts';
import { type Bytes, bare, hex, type Part, packet, props, raw, u16 } from '../bytes.ts';
import {
  CLIENT_ID_NOT_VALID,
  MALFORMED,
  PROTOCOL_ERROR,
  type Row,
  refuses,
  rejects,
  UNSUPPORTED_VERSION,
  welcomes,
} from '../row.ts';

const ALL: readonly Level[] = [3, 4, 5];

/** Name and level, as the version has them. */
export const protocol = (level: Level) => bare(level === 3 ? 'MQIsdp' : 'MQTT', level)(level);

/** A CONNECT with a keep alive of a minute and no properties. */
export function connect(flags: number, ...payload: Part[]): Bytes {
  return packet(0x10, protocol, flags, u16(60), props(), ...payload);
}

const PLAIN = connect(2, 'c');
const twice: Bytes = (level) => Buffer.concat([PLAIN(level), PLAIN(level)]);

const first: Row[] = [
  welcomes('5/3.1.0-1 4/3.1.0-1', 'a CONNECT', ALL, PLAIN, { kind: 'connect', clientId: 'c' }),
  rejects('5/3.1.0-1 4/3.1.0-1', 'a PUBLISH', ALL, packet(0x30, 'a', props()), PROTOCOL_ERROR),
  rejects('5/3.1.0-1 4/3.1.0-1', 'a PINGREQ', ALL, packet(0xc0), PROTOCOL_ERROR),
  rejects('5/3.1.0-1 4/3.1.0-1', 'an AUTH', [5], packet(0xf0, 0x18, props(0x15, 'm')), PROTOCOL_ERROR),
  rejects('5/3.1.0-1 4/3.1.0-1', 'a request of HTTP', [4], bare(raw('GET / HTTP/1.1\r\n\r\n')), PROTOCOL_ERROR),
  rejects('5/1.5.4', 'the hello of TLS', [4], bare(hex('16 03 01 00 f4')), MALFORMED),
  welcomes('5/3.1.0-2 4/3.1.0-2', 'one CONNECT', ALL, PLAIN, { kind: 'connect' }),
  rejects('5/3.1.0-2 4/3.1.0-2', 'a second CONNECT', ALL, twice, PROTOCOL_ERROR),
  refuses('5/3.1.0-2 4/3.1.0-2', 'a CONNECT later on', ALL, PLAIN, PROTOCOL_ERROR),
  ...[1, 2, 4, 8].map((bits) =>
    rejects('5/2.1.3-1 4/2.2.2-1 4/2.2.2-2', `a CONNECT with the flags ${bits}`, [4, 5], flagged(bits), MALFORMED),
  ),
  welcomes('3/2.1', 'a CONNECT of QoS 1 and retained, which means nothing', [3], flagged(3), { clientId: 'c' }),
];

function flagged(bits: number): Bytes {
  return packet(0x10 | bits, protocol, 2, u16(60), props(), 'c');
}

/** A CONNECT that would be good but for its beginning. */
function beginning(...parts: Part[]): Bytes {
  return packet(0x10, ...parts, 2, u16(60), props(), 'c');
}

const protocols: Row[] = [
  ...(['MQTU', 'MQT', 'MQTTT', 'mqtt', '', 'MQIsdp', 'AMQP'] as const).map((name) =>
    rejects(
      '5/3.1.2-1 4/3.1.2-1',
      `the protocol ${name || 'without a name'}`,
      [4, 5],
      beginning(name, (level) => Buffer.from([level])),
      UNSUPPORTED_VERSION,
    ),
  ),
  rejects('3/3.1 5/3.1.2-1', 'MQTT with level 3', [3], beginning('MQTT', 3), UNSUPPORTED_VERSION),
  welcomes('5/3.1.2-1 4/3.1.2-1 3/3.1', 'the name of its version', ALL, PLAIN, { kind: 'connect' }),
  welcomes('5/3.1.2-2 4/3.1.2-2', 'a version of ours', ALL, PLAIN, { kind: 'connect' }),
  ...[0, 1, 2, 6, 7, 0x83, 0x84, 0x85, 255].map((level) =>
    rejects('5/3.1.2-2 4/3.1.2-2', `version ${level}`, [5], beginning('MQTT', level), UNSUPPORTED_VERSION),
  ),
  ...[2, 6].map((level) =>
    rejects('5/3.1.2-2 4/3.1.2-2', `version ${level} of MQIsdp`, [3], beginning('MQIsdp', level), UNSUPPORTED_VERSION),
  ),
  rejects('5/1.5.2', 'no byte at all', ALL, packet(0x10), MALFORMED),
  rejects('5/1.5.4', 'half a protocol name', ALL, packet(0x10, hex('00 04 4d 51')), MALFORMED),
  rejects('5/1.5.1', 'no version', ALL, packet(0x10, 'MQTT'), MALFORMED),
  rejects('5/1.5.1', 'no flags', ALL, packet(0x10, protocol), MALFORMED),
  rejects('5/1.5.2', 'half a keep alive', ALL, packet(0x10, protocol, 2, 0), MALFORMED),
  rejects('5/2.2.2-1 5/1.5.5 5/1.5.1', 'no property length', [5], packet(0x10, protocol, 2, u16(60)), MALFORMED),
  welcomes('5/2.2.2-1', 'a property length of 0', [5], PLAIN, { properties: {} }),
];

const will = (flags: number) => connect(flags, 'c', props(), 'a', 'gone');
const NO_WILL_RETAIN = '5/3.1.2-13 4/3.1.2-11 4/3.1.2-15';
const NO_WILL_QOS = '5/3.1.2-11 4/3.1.2-11 4/3.1.2-13';
const WILL_QOS = '5/3.1.2-12 4/3.1.2-14';

const flags: Row[] = [
  welcomes('5/3.1.2-3 4/3.1.2-3', 'no reserved flag', ALL, connect(2, 'c'), { cleanStart: true }),
  welcomes('5/3.1.2-3 4/3.1.2-3', 'no flag at all', ALL, connect(0, 'c'), { cleanStart: false }),
  rejects('5/3.1.2-3 4/3.1.2-3', 'the reserved flag', [4, 5], connect(3, 'c'), MALFORMED),
  welcomes('3/3.1', 'the reserved flag, which was not forbidden', [3], connect(3, 'c'), { cleanStart: true }),
  ...([0, 1, 2] as const).map((qos) =>
    welcomes(`${WILL_QOS} ${NO_WILL_QOS}`, `a will of QoS ${qos}`, ALL, will(6 | (qos << 3)), {
      will: { qos, retain: false },
    }),
  ),
  rejects(WILL_QOS, 'a will of QoS 3', ALL, will(6 | 0x18), MALFORMED),
  welcomes(NO_WILL_RETAIN, 'a will to retain', ALL, will(6 | 0x20), { will: { qos: 0, retain: true } }),
  ...[1, 2, 3].map((qos) =>
    rejects(NO_WILL_QOS, `QoS ${qos} of no will`, [4, 5], connect(2 | (qos << 3), 'c'), MALFORMED),
  ),
  rejects(NO_WILL_RETAIN, 'no will, but that it is to be retained', [4, 5], connect(2 | 0x20, 'c'), MALFORMED),
  welcomes('3/3.1', 'QoS 3 of no will to retain, which is disregarded', [3], connect(2 | 0x38, 'c'), {
    will: undefined,
  }),
  welcomes('5/3.1.2.10', 'the longest keep alive', ALL, packet(0x10, protocol, 2, u16(65_535), props(), 'c'), {
    keepAliveSeconds: 65_535,
  }),
];

const clientIds: Row[] = [
  welcomes(
    '5/3.1.3-6 4/3.1.3-6 4/3.1.3-7 4/3.1.3-8',
    'no client id, and a session of its own',
    [4, 5],
    connect(2, ''),
    { clientId: '' },
  ),
  welcomes('5/3.1.3-6', 'no client id, and a session to keep', [5], connect(0, ''), {
    clientId: '',
    cleanStart: false,
  }),
  rejects('4/3.1.3-7 4/3.1.3-8', 'no client id, and a session to keep', [4], connect(0, ''), CLIENT_ID_NOT_VALID),
  rejects('3/3.1', 'no client id', [3], connect(2, ''), CLIENT_ID_NOT_VALID),
  welcomes('5/3.1.3-5 4/3.1.3-5', 'all letters and digits', ALL, connect(2, '0123456789abcdefghijklm'), {
    clientId: '0123456789abcdefghijklm',
  }),
  welcomes('5/3.1.3-5 4/3.1.3-5', 'capitals', ALL, connect(2, 'nopqrstuvwxyzABCDEFGHIJ'), {}),
  welcomes('3/3.1', 'a client id of more than 23 bytes, which old firmware has', ALL, connect(2, 'c'.repeat(200)), {}),
];

export const CONNECT_HEADER: readonly Row[] = [...first, ...protocols, ...flags, ...clientIds];
