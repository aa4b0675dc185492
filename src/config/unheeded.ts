/** Owns what was given and has no effect: settings that the others leave idle, and variables that are nearly a setting. Refuses nothing. */

import { ENVIRONMENT } from './config-error.ts';
import { SETTING_NAMES, SETTINGS, type SettingName, type Settings } from './schema.ts';
import { nearest } from './suggestion.ts';
import { coerce } from './values.ts';
import type { Entry } from './written/entry.ts';
import type { Environment } from './written/sources.ts';

interface Idle {
  readonly settings: readonly SettingName[];
  /** @param findsBroker whether the caller finds the external broker itself */
  readonly when: (its: Settings, findsBroker: boolean) => boolean;
  /** Completes "has no effect, since …". */
  readonly since: string;
}

const isExternal = (its: Settings, findsBroker: boolean) => its.MQTT_HOST !== undefined || findsBroker;
const hasNoEmbedded = (its: Settings, findsBroker: boolean) =>
  isExternal(its, findsBroker) && its.EMBEDDED_PORT === undefined;
const startingWith = (prefix: string) => SETTING_NAMES.filter((name) => name.startsWith(prefix));

const IDLE: readonly Idle[] = [
  {
    settings: ['MQTT_USER', 'MQTT_PASS', 'MQTT_PROTOCOL', 'MQTT_TLS_CA'],
    when: (its, findsBroker) => !isExternal(its, findsBroker),
    since: 'MQTT_HOST is not set: it is for an external broker',
  },
  {
    settings: ['MQTT_TLS_CA'],
    when: (its, findsBroker) => isExternal(its, findsBroker) && !/^(mqtts|wss)$/.test(its.MQTT_PROTOCOL),
    since: 'MQTT_PROTOCOL is one without TLS',
  },
  {
    settings: ['MQTT_TLS_CERT', 'MQTT_TLS_CLIENT_CA', 'MQTT_WS', 'MQTT_BALANCERS', ...startingWith('BROKER_')],
    when: hasNoEmbedded,
    since: 'there is no embedded broker: MQTT_HOST is set, and EMBEDDED_PORT is not',
  },
  {
    settings: ['MQTT_TLS_PORT'],
    when: (its) => its.MQTT_TLS_CERT === undefined,
    since: 'MQTT_TLS_CERT is not set',
  },
  {
    settings: ['INSTANCE_SERVER', 'INSTANCE_PORT', 'INSTANCE_LIMIT'],
    when: (its, findsBroker) => its.INSTANCE_BROKER !== 'mosquitto' && hasNoEmbedded(its, findsBroker),
    since: 'there is no broker for MQTT instances: set EMBEDDED_PORT, or INSTANCE_BROKER',
  },
  {
    settings: ['MEDIAMTX_USER', 'MEDIAMTX_PASS', 'HOOK_SECRET'],
    when: (its) => its.MEDIAMTX_URL === undefined,
    since: 'MEDIAMTX_URL is not set',
  },
  {
    settings: ['GO2RTC_USER', 'GO2RTC_PASS'],
    when: (its) => its.GO2RTC_URL === undefined,
    since: 'GO2RTC_URL is not set',
  },
  {
    settings: ['GOOGLE_WHEP_HOST', 'GOOGLE_WHEP_PORT'],
    when: (its) => !its.GOOGLE_WHEP,
    since: 'GOOGLE_WHEP is off',
  },
  {
    settings: ['HA_BIRTH_TOPIC', 'HA_BIRTH_PAYLOAD'],
    when: (its) => !its.HA_DISCOVERY,
    since: 'HA_DISCOVERY is off',
  },
  {
    settings: ['FOLLOW_USERNAME', 'FOLLOW_PASSWORD'],
    when: (its) => its.MODE !== 'follow',
    since: 'MODE is serve',
  },
  {
    settings: [
      'ADMIN_USERNAME',
      'ADMIN_PASSWORD',
      'MEDIAMTX_URL',
      'GO2RTC_URL',
      'SNAPSHOT_TOPICS',
      'PROBE_INTERVAL_MS',
    ],
    when: (its) => its.MODE === 'follow',
    since: 'MODE is follow: that is the business of the NestMTX server',
  },
];

/** One sentence each. */
export function unheeded(
  settings: Settings,
  entries: ReadonlyMap<SettingName, Entry>,
  { env, findsBroker }: { readonly env: Environment; readonly findsBroker: boolean },
): string[] {
  const idle = IDLE.filter(({ when }) => when(settings, findsBroker)).flatMap(({ settings: names, since }) =>
    names.flatMap((name) => {
      const entry = entries.get(name);
      return entry && !isDefault(entry) ? [`${placeOf(entry)} has no effect, since ${since}`] : [];
    }),
  );
  return [...idle, ...nearlySettings(env)];
}

/** Home Assistant writes every option, with its default, too. */
function isDefault({ name, written }: Entry): boolean {
  return coerce(written, SETTINGS[name]) === SETTINGS[name].default;
}

function placeOf({ key, source }: Entry): string {
  return source === ENVIRONMENT ? key : `${key} in ${source}`;
}

/** Words that our settings begin with, and hardly anybody else's. */
const OURS = /^(MQTT|INSTANCE|BROKER|MEDIAMTX|GO2RTC|ADMIN|FOLLOW)_/;
/** What Docker and Kubernetes set for a neighbour of that name. */
const LINKS = /_SERVICE_(HOST|PORT)|_PORT_\d+_(TCP|UDP)|_ENV_|_NAME$/;

function nearlySettings(env: Environment): string[] {
  const known = new Set<string>(SETTING_NAMES);
  return Object.entries(env).flatMap(([name, value]) => {
    if (known.has(name) || !value || !OURS.test(name) || LINKS.test(name)) return [];
    const meant = nearest(name, SETTING_NAMES);
    return [`${name} is no setting${meant === undefined ? '' : `, did you mean ${meant}?`}`];
  });
}
