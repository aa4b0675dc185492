/** Owns every setting: its names, type, default and description; refuses to know where a value came from. */

import type { FromSchema } from 'json-schema-to-ts';
import { EVENT_TOPIC_MODES } from '../protocol/topics.ts';
import { BROKER_SETTINGS } from './settings/broker.ts';
import { CAMERA_SETTINGS } from './settings/cameras.ts';
import { CLUSTER_SETTINGS } from './settings/cluster.ts';
import { HOME_ASSISTANT_SETTINGS } from './settings/home-assistant.ts';
import { HTTP_SETTINGS } from './settings/http.ts';
import { COUNT, FLAG, HOST, LISTEN_PORT, PORT, SECRET, TEXT, TOPIC } from './settings/kinds.ts';

/**
 * One JSON schema: it validates, types and documents. A setting is called as its environment variable;
 * `yaml` is its place in the YAML file, and in an options file it has the environment name in lower case.
 */
export const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    DATA_DIR: { ...TEXT, yaml: 'data_dir', default: './data', description: 'Folder of the state and the keys.' },
    MODE: {
      ...TEXT,
      yaml: 'mode',
      enum: ['serve', 'follow'],
      default: 'serve',
      description: 'Be the NestMTX server, or follow one that already answers on the broker.',
    },
    APP_KEY: {
      ...SECRET,
      yaml: 'app_key',
      minLength: 32,
      description: 'Key of the secrets at rest; when absent, one is generated into the data folder.',
    },
    PUBLIC_HOST: { ...HOST, yaml: 'public_host', description: 'Host in the stream URLs of a camera.' },
    STATE_DOWN_DELAY_MS: {
      type: 'integer',
      minimum: 0,
      maximum: 3_600_000,
      yaml: 'state_down_delay_ms',
      default: 10_000,
      description: 'How long a camera must be not ready before its retained state says so, in milliseconds.',
    },

    ...HTTP_SETTINGS,

    LOG_LEVEL: {
      ...TEXT,
      yaml: 'log.level',
      enum: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      default: 'info',
      aliases: { warning: 'warn', notice: 'info', crit: 'fatal', alert: 'fatal', emerg: 'fatal' },
      description: 'Least severe level that is logged.',
    },

    ADMIN_USERNAME: {
      ...TEXT,
      yaml: 'admin.username',
      default: 'admin',
      description: 'Name of the administrator that the first start creates.',
    },
    ADMIN_PASSWORD: {
      ...SECRET,
      yaml: 'admin.password',
      description: 'Password of that administrator; when absent, one is generated and printed once.',
    },

    MQTT_BASE_TOPIC: {
      ...TOPIC,
      yaml: 'mqtt.base_topic',
      default: 'nestmtx',
      description: 'First levels of every topic.',
    },
    EVENT_TOPICS: {
      ...TEXT,
      yaml: 'mqtt.event_topics',
      enum: EVENT_TOPIC_MODES,
      default: 'both',
      description: 'Event topics without leading slash (plain), with one (documented), or both.',
    },
    MQTT_HOST: {
      ...HOST,
      yaml: 'mqtt.host',
      aliases: { ':instance:': '' },
      description: 'External broker; when absent, the embedded one is used.',
    },
    MQTT_PORT: {
      ...LISTEN_PORT,
      yaml: 'mqtt.port',
      default: 1883,
      description: 'Port of the external broker, or the one that the embedded broker listens on.',
    },
    MQTT_PROTOCOL: {
      ...TEXT,
      yaml: 'mqtt.protocol',
      enum: ['mqtt', 'mqtts', 'ws', 'wss'],
      default: 'mqtt',
      aliases: { tcp: 'mqtt', ssl: 'mqtts' },
      description: 'How the external broker is spoken to.',
    },
    MQTT_USER: { ...TEXT, yaml: 'mqtt.user', description: 'User name at the external broker.' },
    MQTT_PASS: { ...SECRET, yaml: 'mqtt.pass', description: 'Password at the external broker.' },
    MQTT_WS: {
      ...FLAG,
      yaml: 'mqtt.ws',
      default: true,
      description: 'Offer the embedded broker over WebSocket at /mqtt on the HTTP port.',
    },
    MQTT_BALANCERS: {
      type: 'array',
      items: { type: 'string', format: 'subnet' },
      yaml: 'mqtt.balancers',
      default: [],
      description:
        'Balancers in front of the embedded broker, which have to say by the PROXY protocol for whom they connect.',
    },
    MQTT_TLS_CA: {
      ...TEXT,
      yaml: 'mqtt.tls.ca',
      description: 'PEM file of the authority that signed the certificate of the external broker.',
    },
    MQTT_TLS_CERT: {
      ...TEXT,
      yaml: 'mqtt.tls.cert',
      description: 'PEM file of the certificate; with it the embedded broker also listens for TLS.',
    },
    MQTT_TLS_KEY: { ...TEXT, yaml: 'mqtt.tls.key', description: 'PEM file of the private key of that certificate.' },
    MQTT_TLS_PORT: {
      ...LISTEN_PORT,
      yaml: 'mqtt.tls.port',
      default: 8883,
      description: 'TLS port of the embedded broker.',
    },
    MQTT_TLS_CLIENT_CA: {
      ...TEXT,
      yaml: 'mqtt.tls.client_ca',
      description: 'PEM file of the authority that signs the certificates of clients.',
    },
    MQTT_TLS_CLIENT_CERT: {
      ...TEXT,
      yaml: 'mqtt.tls.client_cert',
      enum: ['off', 'optional', 'required'],
      default: 'off',
      description: 'Whether a client may, or must, show one: its common name is then a user who needs no password.',
    },
    EMBEDDED_PORT: {
      ...LISTEN_PORT,
      yaml: 'mqtt.embedded_port',
      description:
        'Port of an embedded broker beside the external one, for MQTT instances; when absent, there is none.',
    },

    FOLLOW_USERNAME: { ...TEXT, yaml: 'follow.username', description: 'User at the NestMTX server that is followed.' },
    FOLLOW_PASSWORD: { ...SECRET, yaml: 'follow.password', description: 'Password of that user.' },

    REQUESTS_IN_FLIGHT: {
      ...COUNT,
      yaml: 'requests.in_flight',
      default: 256,
      description: 'Requests that one account may have unanswered at a time.',
    },
    REQUESTS_PER_SECOND: {
      ...COUNT,
      yaml: 'requests.per_second',
      default: 20000,
      description: 'Requests that one account may send per second.',
    },

    INSTANCE_BROKER: {
      ...TEXT,
      yaml: 'instance.broker',
      enum: ['embedded', 'mosquitto', 'callback'],
      default: 'embedded',
      description: 'Broker that MQTT instances live on.',
    },
    INSTANCE_SERVER: {
      ...HOST,
      yaml: 'instance.server',
      description: 'Host that clients of an instance are told; when absent, PUBLIC_HOST, else the name of this host.',
    },
    INSTANCE_PORT: {
      ...PORT,
      yaml: 'instance.port',
      description: 'Port that clients of an instance are told; when absent, the port of the broker.',
    },
    INSTANCE_LIMIT: {
      type: 'integer',
      minimum: 0,
      yaml: 'instance.limit',
      default: 4,
      description: 'Instances that one owner may have; an administrator can set another number for a user.',
    },

    ...BROKER_SETTINGS,

    ...CAMERA_SETTINGS,

    ...HOME_ASSISTANT_SETTINGS,

    ...CLUSTER_SETTINGS,
  },
} as const;

/** Every setting that has a value; those with a default always have one. */
export type Settings = FromSchema<typeof SCHEMA>;
export type SettingName = keyof typeof SCHEMA.properties;

export interface Setting {
  readonly type: 'string' | 'integer' | 'boolean' | 'array';
  readonly yaml: string;
  readonly description: string;
  readonly default?: string | number | boolean | readonly string[];
  /** A secret: its value is never shown. */
  readonly writeOnly?: true;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly items?: { readonly format: string };
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  /** What NestMTX calls some of the values; `""` is no value. */
  readonly aliases?: Readonly<Record<string, string>>;
}

export const SETTINGS: Readonly<Record<SettingName, Setting>> = SCHEMA.properties;
export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS).filter(isSettingName);

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}
