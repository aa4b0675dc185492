/** Owns what the wire shows of a client that is connected to the embedded broker. */

import type { FromSchema } from 'json-schema-to-ts';
import { bridgeOf, unanswered } from '../bridges.ts';
import { count, moment, textOrNull } from '../fields.ts';
import { pageOf } from '../page.ts';

const text = { type: 'string' } as const;

export const CLIENT_SUBSCRIPTIONS = {
  type: 'array',
  description: 'The first 100',
  items: {
    type: 'object',
    properties: { filter: text, qos: { type: 'integer', minimum: 0, maximum: 2 } },
    required: ['filter', 'qos'],
    additionalProperties: false,
  },
} as const;

const listed = {
  id: { ...text, description: 'Account and client id, for `clients.delete`' },
  clientId: text,
  account: { ...text, description: 'The MQTT user name' },
  kind: { enum: ['admin', 'user', 'device', 'instance'] },
  address: textOrNull,
  since: moment,
  protocol: { enum: ['3.1', '3.1.1', '5'] },
  subscriptionCount: count,
} as const;

const { subscriptionCount, ...facts } = listed;
const properties = { ...facts, subscriptions: CLIENT_SUBSCRIPTIONS, subscriptionCount } as const;

/** As bridges tell one another of it. */
export const LISTED_CLIENT = {
  type: 'object',
  properties: listed,
  required: Object.keys(listed) as (keyof typeof listed)[],
  additionalProperties: false,
} as const;

const BROKER_CLIENT = {
  title: 'BrokerClient',
  type: 'object',
  properties: { ...properties, ...bridgeOf },
  required: Object.keys(properties) as (keyof typeof properties)[],
  additionalProperties: false,
} as const;

const page = pageOf(BROKER_CLIENT);

export const BROKER_CLIENT_PAGE = { ...page, properties: { ...page.properties, ...unanswered } } as const;

export type BrokerClient = Readonly<FromSchema<typeof BROKER_CLIENT>>;
