/** Owns packets and their parts with nothing in them but what must be, for suites that change one thing at a time. */

import type { Connect } from '../../../../src/brokers/embedded/packets/packet.ts';

export const NOTHING = Buffer.alloc(0);
export const CONNECT: Connect = {
  kind: 'connect',
  level: 5,
  cleanStart: true,
  keepAliveSeconds: 0,
  clientId: 'c',
  username: undefined,
  password: undefined,
  will: undefined,
  properties: {},
};
export const PUBLISH = {
  kind: 'publish',
  dup: false,
  qos: 0,
  retain: false,
  packetId: 0,
  topic: 'a',
  properties: {},
} as const;
export const WILL = { topic: 'w', payload: NOTHING, qos: 0, retain: false, delaySeconds: 0, properties: {} } as const;
export const SUBSCRIPTION = {
  filter: 'a',
  qos: 0,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
} as const;
export const SUBSCRIBE = { kind: 'subscribe', packetId: 1, subscriptionId: undefined, userProperties: [] } as const;
