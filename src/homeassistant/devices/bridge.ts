/** Owns what Home Assistant is told of the service itself, which all other devices are reached through. Pure. */

import { LOG_LEVELS, type LogLevel } from '../../protocol/entities/system/service.ts';
import { EVENTS, type EventDomain } from '../../protocol/events.ts';
import { answerEntity } from './answer.ts';
import {
  type Announcement,
  type Component,
  deviceHead,
  entity,
  eventTrigger,
  namedBy,
  onOff,
  type Service,
  shownValue,
} from './device.ts';

/** What its entities show, on a topic of its own. */
export interface BridgeState {
  readonly version: string;
  /** ISO 8601. */
  readonly started: string;
  /** Absent where MediaMTX is not used. */
  readonly mediamtx?: boolean;
  /** Descriptions of credentials that somebody must authorise; null while nobody can tell. */
  readonly credentials: readonly string[] | null;
  /** ISO 8601: when the last of them began to need it; null: none does. */
  readonly credentials_since: string | null;
  /** Since the start. */
  readonly failed_logins: number;
  /** Null: one that cannot be chosen. */
  readonly log_level: LogLevel | null;
}

/** @param usesMediaMtx whether there is one to be reached */
export function bridgeAnnouncement(service: Service, usesMediaMtx: boolean): Announcement {
  const { topics, own, identity, version } = service;
  const objectId = identity.bridge;
  const name = topics.base === 'nestmtx' ? 'NestMTX Bridge' : `NestMTX Bridge (${topics.base})`;
  const named = namedBy(objectId, name, service);
  const shown = { state_topic: own.bridge, entity_category: 'diagnostic' };
  return {
    objectId,
    device: { ...deviceHead({ objectId, name, model: 'Bridge' }, service), sw: version },
    availability: [{ topic: topics.availability }],
    ownTopics: [own.bridge],
    components: {
      version: entity(named, 'version', 'sensor', 'Version', {
        ...shown,
        icon: 'mdi:tag-outline',
        value_template: shownValue('version'),
      }),
      started: entity(named, 'started', 'sensor', 'Started', {
        ...shown,
        device_class: 'timestamp',
        value_template: shownValue('started'),
      }),
      ...(usesMediaMtx && {
        mediamtx: entity(named, 'mediamtx', 'binary_sensor', 'MediaMTX', {
          ...shown,
          device_class: 'connectivity',
          value_template: onOff('value_json.mediamtx'),
        }),
      }),
      credentials: entity(named, 'credentials', 'binary_sensor', 'Credentials', {
        ...shown,
        device_class: 'problem',
        value_template:
          "{% if value_json is defined %}{{ 'None' if value_json.credentials is none else " +
          "'ON' if value_json.credentials else 'OFF' }}{% endif %}",
        json_attributes_topic: own.bridge,
        json_attributes_template:
          "{% set known = value_json is defined %}{{ {'credentials': (value_json.credentials if known else none) or [], " +
          "'since': value_json.credentials_since | default(none) if known else none} | to_json }}",
      }),
      credentials_event: entity(named, 'credentials_event', 'event', 'Credentials event', {
        icon: 'mdi:key-alert',
        entity_category: 'diagnostic',
        state_topic: filterOf(service, 'credentials'),
        event_types: EVENTS.credentials,
        value_template:
          "{{ {'event_type': value_json.event, 'at': value_json.at | default(none), " +
          "'description': (value_json.details | default({}, true)).description | default(none)} | to_json }}",
      }),
      failed_logins: entity(named, 'failed_logins', 'sensor', 'Failed logins', {
        ...shown,
        icon: 'mdi:account-alert',
        state_class: 'total_increasing',
        value_template: shownValue('failed_logins'),
      }),
      logins_event: entity(named, 'logins_event', 'event', 'Logins event', {
        icon: 'mdi:account-alert',
        entity_category: 'diagnostic',
        state_topic: filterOf(service, 'logins'),
        event_types: EVENTS.logins,
        value_template:
          "{% set details = value_json.details | default({}, true) %}{{ {'event_type': value_json.event, " +
          "'at': value_json.at | default(none), 'attempts': details.attempts | default(none), " +
          "'network': details.network | default(none)} | to_json }}",
      }),
      source_event: entity(named, 'source_event', 'event', 'Source event', {
        icon: 'mdi:lan-disconnect',
        entity_category: 'diagnostic',
        state_topic: filterOf(service, 'source'),
        event_types: EVENTS.source,
        value_template:
          "{% set details = value_json.details | default({}, true) %}{{ {'event_type': value_json.event, " +
          "'at': value_json.at | default(none), 'source': details.source | default(none), " +
          "'reason': details.reason | default(none), 'cameras': details.cameras | default(none), " +
          "'quiet': details.quiet | default(false)} | to_json }}",
      }),
      ...answerEntity(named, own.bridge),
      log_level: entity(named, 'log_level', 'select', 'Log level', {
        icon: 'mdi:text-box-search-outline',
        entity_category: 'config',
        state_topic: own.bridge,
        value_template: shownValue('log_level'),
        command_topic: own.command({ target: 'bridge', id: null, action: 'log_level' }),
        options: LOG_LEVELS,
      }),
      ...(service.canRestart && {
        restart: entity(named, 'restart', 'button', 'Restart', {
          device_class: 'restart',
          entity_category: 'config',
          command_topic: own.command({ target: 'bridge', id: null, action: 'restart' }),
        }),
      }),
      rediscover: entity(named, 'rediscover', 'button', 'Rediscover', {
        icon: 'mdi:radar',
        entity_category: 'config',
        command_topic: own.command({ target: 'bridge', id: null, action: 'rediscover' }),
      }),
      ...triggers(service),
    },
  };
}

function triggers(service: Service): Record<string, Component> {
  const credentials = EVENTS.credentials.map((event) => {
    const filter = filterOf(service, 'credentials');
    return [`on_${event}`, eventTrigger(event, ['credentials', event], filter, service)] as const;
  });
  const source = EVENTS.source.map((event) => {
    return [
      `on_source_${event}`,
      eventTrigger(event, ['source', event], filterOf(service, 'source'), service),
    ] as const;
  });
  const logins = EVENTS.logins.map((event) => {
    const filter = filterOf(service, 'logins');
    return [`on_logins_${event}`, eventTrigger(event, ['logins', event], filter, service)] as const;
  });
  return Object.fromEntries([...credentials, ...source, ...logins]);
}

/** Of two spellings the plain one. */
function filterOf({ topics, sourceTopics }: Service, domain: EventDomain): string {
  const [, ofTheDomain = ''] = (domain === 'source' ? sourceTopics : topics).event(domain, null, '+');
  return ofTheDomain;
}
