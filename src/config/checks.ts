/** Owns the rules that more than one setting takes part in. */

import type { SettingName, Settings } from './schema.ts';

/** Settings that name a file which must be there. */
export const PEM_FILES: readonly SettingName[] = [
  'MQTT_TLS_CA',
  'MQTT_TLS_CERT',
  'MQTT_TLS_KEY',
  'MQTT_TLS_CLIENT_CA',
  'HTTPS_CERT',
  'HTTPS_KEY',
  'CLUSTER_TLS_CA',
];

interface Rule {
  /** Who takes part: the rule is not asked while one of them is wrong by itself; the first one written is blamed. */
  readonly settings: readonly SettingName[];
  /** @param findsBroker whether the caller finds the external broker itself */
  readonly broken: (settings: Settings, findsBroker: boolean) => boolean;
  readonly expected: string;
}

export const RULES: readonly Rule[] = [
  {
    settings: ['MQTT_TLS_CERT', 'MQTT_TLS_KEY'],
    broken: (its) => onlyOne(its.MQTT_TLS_CERT, its.MQTT_TLS_KEY),
    expected: 'both MQTT_TLS_CERT and MQTT_TLS_KEY, or neither',
  },
  {
    settings: ['MQTT_TLS_CLIENT_CA', 'MQTT_TLS_CLIENT_CERT'],
    broken: (its) => (its.MQTT_TLS_CLIENT_CA !== undefined) !== (its.MQTT_TLS_CLIENT_CERT !== 'off'),
    expected: 'both MQTT_TLS_CLIENT_CA, and optional or required for MQTT_TLS_CLIENT_CERT, or neither',
  },
  {
    settings: ['MQTT_TLS_CLIENT_CERT', 'MQTT_TLS_CERT'],
    broken: (its) => its.MQTT_TLS_CLIENT_CERT !== 'off' && its.MQTT_TLS_CERT === undefined,
    expected: 'MQTT_TLS_CERT beside it: certificates are shown over TLS',
  },
  {
    settings: ['HTTPS_CERT', 'HTTPS_KEY'],
    broken: (its) => onlyOne(its.HTTPS_CERT, its.HTTPS_KEY),
    expected: 'both HTTPS_CERT and HTTPS_KEY, or neither',
  },
  {
    settings: ['HTTPS_CERT', 'HTTPS_PORT'],
    broken: (its) => its.HTTPS_CERT !== undefined && its.HTTPS_PORT === undefined,
    expected: 'HTTPS_PORT beside it, for example 2001',
  },
  {
    settings: ['HTTPS_PORT', 'PORT'],
    broken: (its) => samePort(its.HTTPS_PORT, its.PORT),
    expected: 'different ports for HTTPS_PORT and PORT',
  },
  {
    settings: ['FOLLOW_USERNAME', 'FOLLOW_PASSWORD'],
    broken: (its) => onlyOne(its.FOLLOW_USERNAME, its.FOLLOW_PASSWORD),
    expected: 'both FOLLOW_USERNAME and FOLLOW_PASSWORD, or neither',
  },
  {
    settings: ['MQTT_PASS', 'MQTT_USER'],
    broken: (its) => its.MQTT_PASS !== undefined && its.MQTT_USER === undefined,
    expected: 'MQTT_USER beside it',
  },
  {
    settings: ['MQTT_PORT', 'PORT', 'MQTT_HOST'],
    broken: (its, findsBroker) => isEmbeddedOnly(its, findsBroker) && samePort(its.MQTT_PORT, its.PORT),
    expected: 'different ports for MQTT_PORT and PORT',
  },
  {
    settings: ['MQTT_TLS_PORT', 'PORT', 'MQTT_TLS_CERT'],
    broken: (its) => its.MQTT_TLS_CERT !== undefined && samePort(its.MQTT_TLS_PORT, its.PORT),
    expected: 'different ports for MQTT_TLS_PORT and PORT',
  },
  {
    settings: ['MQTT_TLS_PORT', 'MQTT_PORT', 'MQTT_TLS_CERT', 'MQTT_HOST'],
    broken: (its, findsBroker) =>
      its.MQTT_TLS_CERT !== undefined && isEmbeddedOnly(its, findsBroker) && samePort(its.MQTT_TLS_PORT, its.MQTT_PORT),
    expected: 'different ports for MQTT_TLS_PORT and MQTT_PORT',
  },
  {
    settings: ['EMBEDDED_PORT', 'PORT'],
    broken: (its) => samePort(its.EMBEDDED_PORT, its.PORT),
    expected: 'different ports for EMBEDDED_PORT and PORT',
  },
  {
    settings: ['EMBEDDED_PORT', 'MQTT_TLS_PORT', 'MQTT_TLS_CERT'],
    broken: (its) => its.MQTT_TLS_CERT !== undefined && samePort(its.EMBEDDED_PORT, its.MQTT_TLS_PORT),
    expected: 'different ports for EMBEDDED_PORT and MQTT_TLS_PORT',
  },
  {
    settings: ['EMBEDDED_PORT', 'MQTT_HOST'],
    broken: (its, findsBroker) => its.EMBEDDED_PORT !== undefined && isEmbeddedOnly(its, findsBroker),
    expected: 'MQTT_HOST beside it: without an external broker the embedded one listens on MQTT_PORT',
  },
  {
    settings: ['GOOGLE_WHEP_PORT', 'GOOGLE_RTSP_PORT', 'GOOGLE_WHEP'],
    broken: (its) => its.GOOGLE_WHEP && samePort(its.GOOGLE_WHEP_PORT, its.GOOGLE_RTSP_PORT),
    expected: 'different ports for GOOGLE_WHEP_PORT and GOOGLE_RTSP_PORT',
  },
  {
    settings: ['MQTT_PORT', 'MQTT_HOST'],
    broken: (its) => its.MQTT_HOST !== undefined && its.MQTT_PORT === 0,
    expected: 'the port of the external broker, since MQTT_HOST is set',
  },
  {
    settings: ['MODE', 'MQTT_HOST'],
    broken: (its, findsBroker) => its.MODE === 'follow' && isEmbeddedOnly(its, findsBroker),
    expected: 'MQTT_HOST beside it: the broker of the NestMTX server that is followed',
  },
  {
    settings: ['INSTANCE_BROKER', 'MQTT_HOST'],
    broken: (its) => its.INSTANCE_BROKER === 'mosquitto' && its.MQTT_HOST === undefined,
    expected: 'MQTT_HOST beside it: the Mosquitto that instances live on',
  },
  {
    settings: ['MQTT_BASE_TOPIC', 'HA_DISCOVERY_PREFIX'],
    broken: (its) => its.MQTT_BASE_TOPIC === its.HA_DISCOVERY_PREFIX,
    expected: 'another topic than HA_DISCOVERY_PREFIX: Home Assistant takes everything below that for devices',
  },
  {
    settings: ['CLUSTER_URL', 'APP_KEY'],
    broken: (its) => its.CLUSTER_URL !== undefined && its.APP_KEY === undefined,
    expected: 'APP_KEY beside it: all bridges of a cluster have the same',
  },
  {
    settings: ['CLUSTER_PASS', 'CLUSTER_USER'],
    broken: (its) => its.CLUSTER_PASS !== undefined && its.CLUSTER_USER === undefined,
    expected: 'CLUSTER_USER beside it',
  },
  {
    settings: ['INSTANCE_BROKER'],
    broken: (its) => its.INSTANCE_BROKER === 'callback',
    expected: 'embedded or mosquitto: brokers that call back are not supported yet',
  },
];

function onlyOne(one: string | undefined, other: string | undefined): boolean {
  return (one === undefined) !== (other === undefined);
}

function isEmbeddedOnly({ MQTT_HOST }: Settings, findsBroker: boolean): boolean {
  return MQTT_HOST === undefined && !findsBroker;
}

/** Two listeners that want 0 get different ports. */
function samePort(one: number | undefined, other: number): boolean {
  return one === other && one !== 0;
}
