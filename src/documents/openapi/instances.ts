/** Owns what the OpenAPI document says of the instance API: its paths, and which answers each of them has. */

import { INSTANCE, INSTANCE_ROTATE, INSTANCE_UPDATE } from '../../protocol/entities/instance.ts';
import {
  ACL_CHECK_SCHEMA,
  answers,
  CHOSEN_SCHEMA,
  DISCONNECTED_SCHEMA,
  failure,
  LIST_SCHEMA,
  LOGIN_SCHEMA,
  LOGIN_SUCCESS_SCHEMA,
  PUBLISHED_SCHEMA,
  SESSIONS_SCHEMA,
  says,
  UNAUTHORIZED,
  USAGE_SCHEMA,
  WRONG_LOGIN,
} from './instance-answers.ts';
import * as examples from './instance-examples.ts';

const TAG = 'mqtt instances';
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const MAXIMUM = 'Maximum number of MQTT instances reached. Please upgrade your account.';

const ID = parameter('id', 'path', { type: 'string' }, examples.ID, 'Id of one instance: `_id`');
const FIELDS = parameter(
  'fields',
  'query',
  { type: 'string' },
  'user,label',
  'Keys to answer, ours included; commas between',
);
const IF_MATCH = parameter(
  'If-Match',
  'header',
  { type: 'string' },
  undefined,
  'The `ETag` of the state that is meant',
);
const LIST_QUERY = [
  parameter('search_value', 'query', { type: 'string' }, 'k3j', 'Part of a `user`, in any case'),
  parameter('offset', 'query', { type: 'integer', default: 0 }, 0, 'Rows to skip'),
  parameter('limit', 'query', { type: 'integer', default: 100 }, 10, 'Rows to answer; up to 1000, which -1 means too'),
  parameter('order_dir', 'query', { enum: ['asc', 'desc'] }, 'desc', 'By time of creation'),
  parameter('draw', 'query', { type: 'string' }, 'warp', 'Comes back as sent'),
];

const NO_SUCH = { 404: failure('It is absent, or someone else’s', 'No such MQTT instance') };
const GUARDED = { 401: UNAUTHORIZED, 429: failure('Too many requests; `Retry-After` says when to go on') };
const UNAVAILABLE = { 503: failure('The broker or the store is not available') };
const BODY_FAULTS = {
  400: failure('The body or a parameter is not what it should be'),
  413: failure('The body is larger than 256 KB'),
  415: failure('The body is neither JSON nor a form'),
};
const CHANGED = { 412: failure('`If-Match` names another state') };
const ONE = answers(
  'The instance',
  { anyOf: [ref('MqttInstance'), ref('MqttInstanceChosen')] },
  examples.INSTANCE_SHOWN,
);

export const INSTANCE_PATHS = {
  tags: [{ name: TAG, description: 'Rented MQTT accounts; the words of IoTaaP’s API, quirks included' }],
  schemas: { MqttInstance: PUBLISHED_SCHEMA, MqttInstanceChosen: CHOSEN_SCHEMA, MqttInstanceDetails: INSTANCE },
  paths: {
    '/v1/auth/login': {
      post: {
        ...operation('mqttLogin', 'Logs in: the same users and tokens as everywhere'),
        security: [],
        ...body(LOGIN_SCHEMA, examples.LOGIN),
        responses: {
          200: answers('A token', LOGIN_SUCCESS_SCHEMA, examples.LOGIN_SUCCESS),
          401: WRONG_LOGIN,
          413: BODY_FAULTS[413],
          415: BODY_FAULTS[415],
          429: GUARDED[429],
        },
      },
    },
    '/v1/mqtt': {
      get: {
        ...operation('mqttList', 'Lists the caller’s instances, the oldest first'),
        parameters: [...LIST_QUERY, FIELDS],
        responses: {
          200: answers('A page', LIST_SCHEMA, examples.LIST),
          ...GUARDED,
          500: failure('They cannot be had', 'Error when getting MQTT instances', true),
        },
      },
      post: {
        ...operation('mqttCreate', 'Rents an instance: usable at once; a body means nothing'),
        parameters: [
          parameter(
            'Idempotency-Key',
            'header',
            { type: 'string', minLength: 1, maxLength: 255 },
            'one',
            'Makes a retry safe',
          ),
          FIELDS,
        ],
        responses: {
          201: ONE,
          ...GUARDED,
          400: failure('The key is empty or too long'),
          403: failure('The plan has none left', MAXIMUM),
          409: failure('The first request under this key is still running'),
          413: BODY_FAULTS[413],
          422: failure('The key belongs to another request'),
          500: failure('It failed, and nothing is left behind', 'Error when creating MQTT instance', true),
        },
      },
    },
    '/v1/mqtt/{id}': {
      get: {
        ...operation('mqttRead', 'One instance, with its `ETag`'),
        parameters: [ID, FIELDS],
        responses: {
          200: ONE,
          ...GUARDED,
          ...NO_SUCH,
          500: failure('It cannot be had', 'Error when getting MQTT instance', true),
        },
      },
      put: {
        ...operation('mqttUpdate', 'Changes label, enabled, expires_at or home_assistant; what is omitted stays'),
        parameters: [ID, IF_MATCH, FIELDS],
        ...body(INSTANCE_UPDATE, examples.UPDATE),
        responses: { 200: ONE, ...GUARDED, ...BODY_FAULTS, ...NO_SUCH, ...CHANGED, ...UNAVAILABLE },
      },
      delete: {
        ...operation('mqttRemove', 'Ends it with all its clients and data; headers `X-Receipt-…` tell what went'),
        parameters: [ID, IF_MATCH],
        responses: {
          200: says('Nothing is left', "'MQTT instance succesfully removed"),
          ...GUARDED,
          ...NO_SUCH,
          ...CHANGED,
          500: failure(
            'It is denied already; repeat',
            ['Error when removing MQTT instance', 'Error finding instance user'],
            'some',
          ),
        },
      },
    },
    '/v1/mqtt/{id}/rotate': {
      post: {
        ...operation('mqttRotate', 'A new password; the old one counts a while longer'),
        parameters: [ID, IF_MATCH, FIELDS],
        ...body(INSTANCE_ROTATE, examples.ROTATE),
        responses: { 200: ONE, ...GUARDED, ...BODY_FAULTS, ...NO_SUCH, ...CHANGED, ...UNAVAILABLE },
      },
    },
    '/v1/mqtt/{id}/disconnect': {
      post: {
        ...operation('mqttDisconnect', 'Ends all its connections; they may come back'),
        parameters: [ID],
        responses: {
          200: answers('How many there were', DISCONNECTED_SCHEMA, { disconnected: 2 }),
          ...GUARDED,
          ...NO_SUCH,
          ...UNAVAILABLE,
        },
      },
    },
    '/v1/mqtt/{id}/sessions': look(
      'mqttSessions',
      'Who is connected, and who was last',
      SESSIONS_SCHEMA,
      examples.SESSIONS,
    ),
    '/v1/mqtt/{id}/usage': look(
      'mqttUsage',
      'What it has used, by the hour for seven days',
      USAGE_SCHEMA,
      examples.USAGE,
    ),
    '/v1/mqtt/{id}/acl-check': {
      get: {
        ...operation('mqttAclCheck', 'Whether it may publish or subscribe, and by which rule'),
        parameters: [
          ID,
          { ...parameter('topic', 'query', { type: 'string' }, 'k3Jx9QaZ/#', 'Topic or filter'), required: true },
          {
            ...parameter('action', 'query', { enum: ['publish', 'subscribe'] }, 'subscribe', 'What to do'),
            required: true,
          },
        ],
        responses: {
          200: answers('The answer', ACL_CHECK_SCHEMA, examples.ACL_CHECK),
          400: BODY_FAULTS[400],
          ...GUARDED,
          ...NO_SUCH,
        },
      },
    },
    '/v1/mqtt/{id}/connection': {
      get: {
        ...operation('mqttConnection', 'Texts to paste that connect as it: all as one object, or one as it is'),
        parameters: [ID, parameter('kind', 'query', { enum: examples.KINDS }, undefined, 'Which')],
        responses: {
          200: {
            description: 'Without `kind`: a text per kind',
            content: {
              'application/json': {
                schema: {},
                examples: { example: { value: { mosquitto_sub: 'mosquitto_sub …' } } },
              },
              'application/yaml': { schema: { type: 'string' } },
              'text/plain': { schema: { type: 'string' } },
              'image/svg+xml': { schema: { type: 'string' } },
            },
          },
          400: BODY_FAULTS[400],
          ...GUARDED,
          ...NO_SUCH,
        },
      },
    },
  },
} as const;

function look(id: string, summary: string, schema: object, example: object) {
  const responses = { 200: answers('It', schema, example), ...GUARDED, ...NO_SUCH, ...UNAVAILABLE };
  return { get: { ...operation(id, summary), parameters: [ID], responses } };
}

function operation(operationId: string, summary: string) {
  return { operationId, tags: [TAG], summary, security: [{ bearer: [] }] };
}

function parameter(name: string, place: string, schema: object, example: unknown, description: string) {
  const shown = example === undefined ? {} : { examples: { example: { value: example } } };
  return { name, in: place, ...(place === 'path' ? { required: true } : {}), description, schema, ...shown };
}

function body(schema: object, example: object) {
  return { requestBody: { content: { 'application/json': { schema, examples: { example: { value: example } } } } } };
}
