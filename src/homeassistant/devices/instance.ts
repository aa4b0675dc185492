/** Owns what Home Assistant is told of a rented MQTT instance whose owner wants it there. Never its password. Pure. */

import type { InstanceRecord } from '../../core/instances/records.ts';
import { answerEntity } from './answer.ts';
import { type Announcement, deviceHead, entity, namedBy, type Service, shownValue } from './device.ts';
import { type Language, nameIn } from './names.ts';

/** What its entities show, on a topic of its own. */
export interface InstanceState {
  /** Neither disabled nor expired. */
  readonly usable: boolean;
  /** Connected ones; null while the broker does not tell. */
  readonly clients: number | null;
  readonly messages_received: number;
  readonly messages_sent: number;
  /** ISO 8601; null: never. */
  readonly last_seen: string | null;
}

/** @param isCounted whether the broker counts what an instance uses */
export function instanceAnnouncement(
  instance: Pick<InstanceRecord, 'id' | 'user' | 'label'>,
  service: Service,
  isCounted: boolean,
): Announcement {
  const { topics, own, identity, language } = service;
  const objectId = identity.instance(instance.id);
  const nameFor = (wanted: Language) => instance.label?.trim() || `${nameIn(wanted, 'MQTT instance')} ${instance.user}`;
  const name = nameFor(language);
  const named = namedBy(objectId, nameFor('en'), service);
  const state_topic = own.instance(instance.id);
  const counter = { state_topic, icon: 'mdi:counter', state_class: 'total_increasing', entity_category: 'diagnostic' };
  return {
    objectId,
    device: deviceHead({ objectId, name, model: 'MQTT instance' }, service),
    availability: [
      { topic: topics.availability },
      {
        topic: state_topic,
        value_template: "{{ 'online' if value_json is defined and value_json.usable else 'offline' }}",
      },
    ],
    ownTopics: [state_topic],
    components: {
      connected: entity(named, 'connected', 'binary_sensor', 'Connected', {
        device_class: 'connectivity',
        entity_category: 'diagnostic',
        state_topic,
        value_template:
          "{% if value_json is defined %}{{ 'None' if value_json.clients is none else " +
          "'ON' if value_json.clients > 0 else 'OFF' }}{% endif %}",
      }),
      clients: entity(named, 'clients', 'sensor', 'Clients', {
        icon: 'mdi:lan-connect',
        state_class: 'measurement',
        entity_category: 'diagnostic',
        state_topic,
        value_template: shownValue('clients'),
      }),
      ...(isCounted && {
        received: entity(named, 'received', 'sensor', 'Messages received', {
          ...counter,
          value_template: shownValue('messages_received'),
        }),
        sent: entity(named, 'sent', 'sensor', 'Messages sent', {
          ...counter,
          value_template: shownValue('messages_sent'),
        }),
        last_seen: entity(named, 'last_seen', 'sensor', 'Last seen', {
          device_class: 'timestamp',
          entity_category: 'diagnostic',
          state_topic,
          value_template: shownValue('last_seen'),
        }),
      }),
      ...answerEntity(named, state_topic),
      rotate: entity(named, 'rotate', 'button', 'Rotate password', {
        icon: 'mdi:key-change',
        entity_category: 'config',
        command_topic: own.command({ target: 'instance', id: instance.id, action: 'rotate' }),
      }),
    },
  };
}
