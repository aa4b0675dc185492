/** Which packet may carry which property, and how often (MQTT 5.0, 2.2.2 and table 2-4): every pair of the two. */

import type { Side } from '../../../../../src/brokers/embedded/packets/packet.ts';
import { type Bytes, binary, hex, type Part, packet, props, raw, u16, u32, variable } from '../bytes.ts';
import { accepts, MALFORMED, PROTOCOL_ERROR, type Row, refuses } from '../row.ts';

interface Carrier {
  readonly name: string;
  readonly carries: string;
  readonly around: (...properties: Part[]) => Bytes;
  readonly from?: Side;
  readonly begins?: boolean;
}

const BROKER = { from: 'broker' } as const;
const METHOD = [0x15, 'm'];

/** By the columns of table 2-4, where the two sides differ. */
const CARRIERS: readonly Carrier[] = [
  {
    name: 'CONNECT',
    carries: '11 15 16 17 19 21 22 26 27',
    around: (...given) => packet(0x10, 'MQTT', 5, 2, u16(0), props(...given), 'c'),
    begins: true,
  },
  {
    name: 'will',
    carries: '01 02 03 08 09 18 26',
    around: (...given) => packet(0x10, 'MQTT', 5, 6, u16(0), 0, 'c', props(...given), 'a', ''),
    begins: true,
  },
  {
    name: 'CONNACK',
    carries: '11 12 13 15 16 1a 1c 1f 21 22 24 25 26 27 28 29 2a',
    around: (...given) => packet(0x20, 0, 0, props(...given)),
    ...BROKER,
  },
  {
    name: 'PUBLISH of a client',
    carries: '01 02 03 08 09 23 26',
    around: (...given) => packet(0x30, 'a', props(...given)),
  },
  {
    name: 'PUBLISH of a broker',
    carries: '01 02 03 08 09 0b 23 26',
    around: (...given) => packet(0x32, 'a', u16(1), props(...given), raw('x')),
    ...BROKER,
  },
  ...(
    [
      ['PUBACK', 0x40],
      ['PUBREC', 0x50],
      ['PUBREL', 0x62],
      ['PUBCOMP', 0x70],
    ] as const
  ).map(([name, first]): Carrier => {
    return { name, carries: '1f 26', around: (...given) => packet(first, u16(1), 0, props(...given)) };
  }),
  { name: 'SUBSCRIBE', carries: '0b 26', around: (...given) => packet(0x82, u16(1), props(...given), 'a', 0) },
  { name: 'SUBACK', carries: '1f 26', around: (...given) => packet(0x90, u16(1), props(...given), 0), ...BROKER },
  { name: 'UNSUBSCRIBE', carries: '26', around: (...given) => packet(0xa2, u16(1), props(...given), 'a') },
  { name: 'UNSUBACK', carries: '1f 26', around: (...given) => packet(0xb0, u16(1), props(...given), 0), ...BROKER },
  { name: 'DISCONNECT of a client', carries: '11 1c 1f 26', around: (...given) => packet(0xe0, 0, props(...given)) },
  {
    name: 'DISCONNECT of a broker',
    carries: '1c 1f 26',
    around: (...given) => packet(0xe0, 0, props(...given)),
    ...BROKER,
  },
  { name: 'AUTH', carries: '15 16 1f 26', around: (...given) => packet(0xf0, 0x18, props(...given)) },
];

interface Property {
  readonly id: number;
  readonly field: string;
  readonly value: unknown;
  readonly bytes: Buffer;
  /** The section that says that it may come once. */
  readonly section: string;
}

const PROPERTIES: readonly Property[] = [
  property(0x01, 'payloadIsUtf8', true, hex('01'), '3.3.2.3.2'),
  property(0x02, 'expirySeconds', 4_294_967_295, u32(4_294_967_295), '3.3.2.3.3'),
  property(0x03, 'contentType', 'text', binary(raw('text')), '3.3.2.3.9'),
  property(0x08, 'responseTopic', 'a/b', binary(raw('a/b')), '3.3.2.3.5'),
  property(0x09, 'correlationData', hex('00 ff'), binary(hex('00 ff')), '3.3.2.3.6'),
  property(0x0b, 'subscriptionIds', [300], variable(300), '3.8.2.1.2'),
  property(0x11, 'sessionExpirySeconds', 0, u32(0), '3.1.2.11.2'),
  property(0x12, 'assignedClientId', 'auto', binary(raw('auto')), '3.2.2.3.7'),
  property(0x13, 'serverKeepAliveSeconds', 0, u16(0), '3.2.2.3.14'),
  property(0x15, 'authenticationMethod', 'm', binary(raw('m')), '3.1.2.11.9'),
  property(0x16, 'authenticationData', raw('x'), binary(raw('x')), '3.1.2.11.10'),
  property(0x17, 'requestProblemInformation', false, hex('00'), '3.1.2.11.7'),
  property(0x18, 'delaySeconds', 5, u32(5), '3.1.3.2.2'),
  property(0x19, 'requestResponseInformation', true, hex('01'), '3.1.2.11.6'),
  property(0x1a, 'responseInformation', 'r', binary(raw('r')), '3.2.2.3.15'),
  property(0x1c, 'serverReference', 'other', binary(raw('other')), '3.2.2.3.16'),
  property(0x1f, 'reasonString', '', binary(raw('')), '3.2.2.3.9'),
  property(0x21, 'receiveMaximum', 1, u16(1), '3.1.2.11.3'),
  property(0x22, 'topicAliasMaximum', 0, u16(0), '3.1.2.11.5'),
  property(0x23, 'topicAlias', 1, u16(1), '3.3.2.3.4'),
  property(0x24, 'maximumQos', 1, hex('01'), '3.2.2.3.4'),
  property(0x25, 'retainAvailable', false, hex('00'), '3.2.2.3.5'),
  property(0x26, 'userProperties', [['n', 'v']], Buffer.concat([binary(raw('n')), binary(raw('v'))]), '3.1.2.11.8'),
  property(0x27, 'maximumPacketBytes', 1, u32(1), '3.1.2.11.4'),
  property(0x28, 'wildcardAvailable', true, hex('01'), '3.2.2.3.11'),
  property(0x29, 'subscriptionIdsAvailable', true, hex('01'), '3.2.2.3.12'),
  property(0x2a, 'sharedAvailable', false, hex('00'), '3.2.2.3.13'),
];

const pairs: Row[] = CARRIERS.flatMap((carrier) =>
  PROPERTIES.flatMap((given) => (isCarried(carrier, given) ? allowed(carrier, given) : [foreign(carrier, given)])),
);

function allowed({ name, around, from = 'client', begins = false }: Carrier, given: Property): Row[] {
  const { id, field, value, bytes, section } = given;
  const setting = { from, begins };
  const before = id === 0x16 || (name === 'AUTH' && id !== 0x15) ? METHOD : [];
  const section5 = `5/${section}`;
  const repeated = id === 0x26 || (id === 0x0b && name.startsWith('PUBLISH'));
  const twice = around(...before, id, bytes, id, bytes);
  return [
    accepts(
      `${section5} 5/2.2.2.2`,
      `a ${name} with ${field}`,
      [5],
      around(...before, id, bytes),
      seen(name, field, value),
      setting,
    ),
    repeated && Array.isArray(value)
      ? accepts(section5, `a ${name} with ${field} twice`, [5], twice, seen(name, field, [...value, ...value]), setting)
      : refuses(section5, `a ${name} with ${field} twice`, [5], twice, PROTOCOL_ERROR, setting),
    ...[...bytes.keys()].map((length) =>
      refuses(
        '5/2.2.2.1 5/1.5.1 5/1.5.2 5/1.5.3 5/1.5.4 5/1.5.5 5/1.5.6',
        `a ${name} with ${field} cut after ${length} bytes`,
        [5],
        around(...before, id, bytes.subarray(0, length)),
        MALFORMED,
        setting,
      ),
    ),
  ];
}

/** Where such a property is once it is read. */
function seen(name: string, field: string, value: unknown): object {
  if (name === 'will')
    return { will: field === 'delaySeconds' ? { delaySeconds: value } : { properties: { [field]: value } } };
  if (field === 'subscriptionIds' && name === 'SUBSCRIBE')
    return { subscriptionId: Array.isArray(value) ? value[0] : value };
  return name.endsWith('SUBSCRIBE') ? { [field]: value } : { properties: { [field]: value } };
}

function foreign({ name, around, from = 'client', begins = false }: Carrier, { id, field, bytes }: Property): Row {
  const setting = { from, begins };
  const says = `a ${name} with ${field}`;
  if (id === 0x0b && name === 'PUBLISH of a client')
    return refuses('5/3.3.4-6', says, [5], around(id, bytes), PROTOCOL_ERROR, setting);
  if (id === 0x11 && name === 'DISCONNECT of a broker')
    return refuses('5/3.14.2-2', says, [5], around(id, bytes), PROTOCOL_ERROR, setting);
  return refuses('5/2.2.2.2', says, [5], around(id, bytes), MALFORMED, setting);
}

const UNKNOWN = [0x00, 0x04, 0x07, 0x0a, 0x10, 0x14, 0x1b, 0x20, 0x2b, 0x7f];
const unknown: Row[] = CARRIERS.flatMap(({ name, around, from = 'client', begins = false }) => [
  ...UNKNOWN.map((id) =>
    refuses(
      '5/2.2.2.2',
      `a ${name} with the property ${id}, which does not exist`,
      [5],
      around(id, hex('00 00 00 00')),
      MALFORMED,
      { from, begins },
    ),
  ),
  refuses(
    '5/1.5.5-1',
    `a ${name} with an identifier that takes two bytes for one`,
    [5],
    around(0xa6, 0, 'n', 'v'),
    MALFORMED,
    { from, begins },
  ),
  refuses('5/2.2.2.2', `a ${name} with the property 300`, [5], around(variable(300), 0), MALFORMED, { from, begins }),
]);

export const PROPERTIES_OF_PACKETS: readonly Row[] = [...pairs, ...unknown];

function property(id: number, field: string, value: unknown, bytes: Buffer, section: string): Property {
  return { id, field, value, bytes, section };
}

function isCarried({ carries }: Carrier, { id }: Property): boolean {
  return carries.split(' ').includes(id.toString(16).padStart(2, '0'));
}
