/** Owns what Home Assistant is told of a camera: its entities, its triggers and its events. Pure. */

import { hasPublishedPicture } from '../../core/cameras/expectation.ts';
import type { CameraRecord } from '../../core/cameras/records.ts';
import { type CameraEventName, EVENTS, type NoticedEvent, OWN_EVENTS } from '../../protocol/events.ts';
import { answerEntity } from './answer.ts';
import {
  type Announcement,
  type Availability,
  type Component,
  deviceHead,
  entity,
  eventName,
  eventTrigger,
  type Named,
  namedBy,
  onOff,
  type Service,
  shownValue,
} from './device.ts';
import { liveAttributes } from './live-view.ts';
import { type Language, nameIn } from './names.ts';
import { noticedComponents } from './noticed.ts';
import { outageEntities } from './outage-entities.ts';
import { problemEntity } from './problem.ts';

type DescribedCamera = Pick<
  CameraRecord,
  'id' | 'name' | 'room' | 'mtxPath' | 'sourceType' | 'isEnabled' | 'snapshots'
>;

/** Type and subtype of the trigger for each event. `created` has none: nobody can wait for a camera that is not there. */
const TRIGGERS: Readonly<Record<Exclude<CameraEventName, 'created' | NoticedEvent>, readonly [string, string]>> = {
  demand: ['feed', 'in demand'],
  unDemand: ['feed', 'no longer in demand'],
  ready: ['feed', 'ready'],
  notReady: ['feed', 'not ready'],
  read: ['viewer', 'came'],
  unread: ['viewer', 'left'],
  extended: ['stream', 'extended'],
  'failed-extension': ['stream', 'not extended'],
  stalled: ['feed', 'stalled'],
  offline: ['camera', 'offline'],
  online: ['camera', 'online again'],
  updated: ['camera', 'updated'],
  removed: ['camera', 'removed'],
};

const REASON = '(value_json.details | default({}, true)).reason | default(none)';

export function cameraAnnouncement(camera: DescribedCamera, service: Service): Announcement {
  const { topics, own, identity, follows, language } = service;
  const objectId = identity.camera(camera.id);
  const nameFor = (wanted: Language) => camera.name.trim() || `${nameIn(wanted, 'Camera')} ${camera.id}`;
  const name = nameFor(language);
  const named = namedBy(objectId, nameFor('en'), service);
  const state_topic = topics.cameraState(Number(camera.id));
  const room = camera.room.trim();
  return {
    objectId,
    device: {
      ...deviceHead({ objectId, name, model: 'Camera feed' }, service),
      // Upstream's word for a camera that is in no room.
      ...(room !== '' && room !== 'Unknown' && { sa: room }),
    },
    availability: [{ topic: topics.availability }],
    ownTopics: [own.camera(camera.id)],
    components: {
      feed: entity(named, 'feed', 'binary_sensor', 'Feed', {
        // Not `connectivity`: a feed that nobody asks for is idle, not offline.
        device_class: 'running',
        icon: 'mdi:cctv',
        state_topic,
        value_template: onOff('value_json.ready'),
        ...liveAttributes(service.liveView, own.camera(camera.id)),
      }),
      demand: entity(named, 'demand', 'binary_sensor', 'In demand', {
        icon: 'mdi:account-eye',
        state_topic,
        value_template: onOff('value_json.demanded'),
      }),
      problem: problemEntity(named, state_topic, own.camera(camera.id)),
      online: entity(named, 'online', 'binary_sensor', 'Online', {
        device_class: 'connectivity',
        entity_category: 'diagnostic',
        state_topic,
        value_template:
          "{% if value_json is defined %}{{ 'None' if value_json.online is not boolean else 'ON' if value_json.online else 'OFF' }}{% endif %}",
      }),
      viewers: entity(named, 'viewers', 'sensor', 'Viewers', {
        icon: 'mdi:eye',
        state_class: 'measurement',
        state_topic,
        value_template: shownValue('readers'),
      }),
      since: entity(named, 'since', 'sensor', 'Last change', {
        device_class: 'timestamp',
        entity_category: 'diagnostic',
        state_topic,
        value_template: shownValue('since'),
      }),
      ...outageEntities(named, own.camera(camera.id)),
      event: entity(named, 'event', 'event', 'Event', {
        icon: 'mdi:bell-outline',
        state_topic: eventFilter(service, camera.id),
        event_types: eventsOf(follows),
        value_template: `{% if ${eventName(service)} != 'undemand' %}{{ {'event_type': ${eventName(service)}, 'at': value_json.at | default(none), 'reason': ${REASON}} | to_json }}{% endif %}`,
      }),
      ...picture(camera, named, service),
      ...switches(camera, named, service),
      ...actions(camera, named, service),
      ...answerEntity(named, own.camera(camera.id)),
      ...triggers(camera.id, service),
      ...noticedComponents(named, eventFilter(service, camera.id), service.notices?.(camera.id) ?? []),
    },
  };
}

/** The topic is not one of the device: who publishes the picture also clears it. */
function picture(camera: DescribedCamera, named: Named, service: Service): Record<string, Component> {
  const { topics, own, showsPictures } = service;
  if (showsPictures === undefined || !hasPublishedPicture(camera, showsPictures)) return {};
  return {
    picture: entity(named, 'picture', 'image', 'Picture', {
      image_topic: topics.cameraPicture(Number(camera.id)),
      content_type: 'image/jpeg',
    }),
    snapshot: entity(named, 'snapshot', 'button', 'Renew picture', {
      availability: whileEnabled(camera, service),
      icon: 'mdi:camera',
      command_topic: own.command({ target: 'camera', id: camera.id, action: 'snapshot' }),
    }),
  };
}

function switches(camera: DescribedCamera, named: Named, service: Service): Record<string, Component> {
  const { own } = service;
  const { id } = camera;
  const shown = { state_topic: own.camera(id), entity_category: 'config' };
  // Without a path it cannot be enabled.
  const hasSwitch = camera.mtxPath !== null || camera.isEnabled;
  return {
    ...(hasSwitch && {
      enabled: entity(named, 'enabled', 'switch', 'Enabled', {
        ...shown,
        icon: 'mdi:video',
        command_topic: own.command({ target: 'camera', id, action: 'enabled' }),
        value_template: onOff('value_json.enabled'),
      }),
    }),
    persistent: entity(named, 'persistent', 'switch', 'Persistent', {
      ...shown,
      icon: 'mdi:pin',
      command_topic: own.command({ target: 'camera', id, action: 'persistent' }),
      value_template: onOff('value_json.persistent'),
    }),
  };
}

/** Those that are possible here. */
function actions(camera: DescribedCamera, named: Named, service: Service): Record<string, Component> {
  const { own, can = () => false } = service;
  const { id } = camera;
  const availability = whileEnabled(camera, service);
  return {
    ...(can(camera, 'restart') && {
      restart: entity(named, 'restart', 'button', 'Restart', {
        device_class: 'restart',
        entity_category: 'config',
        command_topic: own.command({ target: 'camera', id, action: 'restart' }),
        availability,
      }),
    }),
    ...(can(camera, 'probe') && {
      probe: entity(named, 'probe', 'button', 'Probe', {
        icon: 'mdi:stethoscope',
        entity_category: 'diagnostic',
        command_topic: own.command({ target: 'camera', id, action: 'probe' }),
        availability,
      }),
    }),
  };
}

/** Nothing is done to a camera that is switched off. */
function whileEnabled({ id }: DescribedCamera, { topics, own }: Service): readonly Availability[] {
  const value_template = "{{ 'online' if value_json is defined and value_json.enabled else 'offline' }}";
  return [{ topic: topics.availability }, { topic: own.camera(id), value_template }];
}

function triggers(id: string, service: Service): Record<string, Component> {
  const known = Object.entries(TRIGGERS).filter(([event]) => eventsOf(service.follows).includes(event));
  return Object.fromEntries(
    known.map(([event, meaning]) => {
      const key = `on_${event.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replaceAll('-', '_')}`;
      return [key, eventTrigger(event, meaning, eventFilter(service, id), service)];
    }),
  );
}

/** Those that are published: upstream has none of ours. */
function eventsOf(follows: boolean): readonly string[] {
  return follows ? EVENTS.camera.filter((event) => !OWN_EVENTS.includes(event)) : EVENTS.camera;
}

/** Of two spellings the plain one: an event must be heard once. */
function eventFilter({ topics }: Service, id: string): string {
  const [ofOneCamera = ''] = topics.event('camera', Number(id), '+');
  return ofOneCamera;
}
