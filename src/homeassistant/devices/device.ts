/** Owns the form of a device announcement: what all devices have in common, and how a component of each kind begins. Pure. */

import type { CameraControl } from '../../core/cameras/control.ts';
import type { NoticedEvent } from '../../protocol/events.ts';
import { type HomeAssistantTopics, homeAssistantTopics } from '../../protocol/home-assistant-topics.ts';
import type { EventTopicMode, Topics } from '../../protocol/topics.ts';
import { topicsOf } from '../../protocol/topics.ts';
import { type Identity, identityOf, slugOf } from './identity.ts';
import type { LiveView } from './live-view.ts';
import { type Language, type Name, nameIn } from './names.ts';

export type Platform =
  | 'binary_sensor'
  | 'sensor'
  | 'event'
  | 'switch'
  | 'select'
  | 'button'
  | 'image'
  | 'device_automation';

/** As Home Assistant reads it; its further options differ by platform. */
export interface Component {
  readonly p: Platform;
  readonly [option: string]: unknown;
}

export interface Availability {
  readonly topic: string;
  readonly value_template?: string;
}

/** One device with all its entities and triggers. */
export interface Announcement {
  /** Last level but one of the discovery topic, and the device's identifier. */
  readonly objectId: string;
  readonly device: Readonly<Record<string, unknown>>;
  readonly components: Readonly<Record<string, Component>>;
  readonly availability: readonly Availability[];
  /** Retained topics that exist for this device alone, and go with it. */
  readonly ownTopics: readonly string[];
}

/** What every announcement of one service is made from. */
export interface Service {
  readonly topics: Topics;
  /** Where that a source is gone is told: by us, whoever tells of the cameras. */
  readonly sourceTopics: Topics;
  readonly own: HomeAssistantTopics;
  readonly identity: Identity;
  readonly version: string;
  /** Another server is followed: only what it does and tells is announced. */
  readonly follows: boolean;
  /** Of all names that people do not give themselves. */
  readonly language: Language;
  /** Whether pictures are published of cameras that do not say otherwise; absent: none at all are. */
  readonly showsPictures?: boolean | undefined;
  /** What can be done here to the stream of a camera; absent: nothing. */
  readonly can?: CameraControl['can'] | undefined;
  /** What this camera itself may tell to have noticed; absent: nothing is told of any. */
  readonly notices?: ((cameraId: string) => readonly NoticedEvent[]) | undefined;
  /** Whether somebody would start the service again. */
  readonly canRestart?: boolean;
  /** Where the service can be looked at. */
  readonly url?: string | undefined;
  /** Absent where nothing serves streams, or nobody has said by which name others reach it. */
  readonly liveView?: LiveView | undefined;
}

interface ServiceFacts {
  readonly base: string;
  readonly eventTopics: EventTopicMode;
  readonly version: string;
  readonly follows: boolean;
  /** Default is English. */
  readonly language?: Language;
  readonly showsPictures?: boolean | undefined;
  readonly can?: CameraControl['can'] | undefined;
  readonly notices?: Service['notices'];
  readonly canRestart?: boolean;
  readonly url?: string | undefined;
  readonly liveView?: LiveView | undefined;
}

export function serviceOf({ base, eventTopics, follows, language = 'en', ...rest }: ServiceFacts): Service {
  // Upstream publishes its events without a leading slash, whatever is set here.
  const topics = topicsOf(base, follows ? 'plain' : eventTopics);
  const sourceTopics = topicsOf(base, eventTopics);
  return {
    ...rest,
    follows,
    language,
    topics,
    sourceTopics,
    own: homeAssistantTopics(base),
    identity: identityOf(base),
  };
}

const ORIGIN = { name: 'NestMTX Bridge', url: 'https://github.com/nestmtx-bridge/nestmtx-bridge' };

/** The retained message that announces a device. */
export function discoveryPayload(announcement: Announcement, version: string): Readonly<Record<string, unknown>> {
  const { device, components, availability } = announcement;
  return {
    dev: device,
    o: { ...ORIGIN, sw: version },
    availability,
    availability_mode: 'all',
    qos: 1,
    cmps: components,
  };
}

export interface Named {
  readonly objectId: string;
  /** What entity ids begin with. */
  readonly slug: string;
  readonly language: Language;
}

/** How entities of a device are named after it. @param name in English, where it is none that somebody gave it */
export function namedBy(objectId: string, name: string, { language }: Pick<Service, 'language'>): Named {
  return { objectId, slug: slugOf(name, objectId), language };
}

/** What a device page shows above its entities. */
export function deviceHead(
  { objectId, name, model }: { readonly objectId: string; readonly name: string; readonly model: Name },
  { identity, language, url }: Service,
): Readonly<Record<string, unknown>> {
  return {
    ids: [objectId],
    name,
    mf: 'NestMTX',
    mdl: nameIn(language, model),
    ...(objectId !== identity.bridge && { via_device: identity.bridge }),
    ...(url !== undefined && { cu: url }),
  };
}

/** An entity; its id is the device's and `key`, its entity id a suggestion made from both names, the same in every language. */
export function entity(
  { objectId, slug, language }: Named,
  key: string,
  p: Exclude<Platform, 'device_automation'>,
  name: Name,
  options: Readonly<Record<string, unknown>>,
): Component {
  const default_entity_id = `${p}.${slug}_${slugOf(name, key)}`;
  return { p, unique_id: `${objectId}_${key}`, default_entity_id, name: nameIn(language, name), ...options };
}

/** NestMTX misspells one of them; we send that one beside the right one, and it must be heard once (contract 2.6, N-41). */
export function eventName({ follows }: Pick<Service, 'follows'>): string {
  return follows ? "value_json.event | replace('undemand', 'unDemand')" : 'value_json.event';
}

/**
 * What automations are offered as `"<subtype>" <type>`. Its filter is that of the event entity, and the message tells which event it
 * is: of filters that overlap, brokers such as mosquitto deliver a message for each, and everything would happen twice.
 */
export function eventTrigger(
  event: string,
  [type, subtype]: readonly [type: string, subtype: string],
  filter: string,
  service: Pick<Service, 'follows'>,
  value_template = `{{ ${eventName(service)} }}`,
): Component {
  return {
    p: 'device_automation',
    automation_type: 'trigger',
    type,
    subtype,
    topic: literalTopic(filter),
    payload: event,
    value_template,
  };
}

/** Home Assistant renders the topics of triggers as templates. */
function literalTopic(topic: string): string {
  return /\{[{%#]/.test(topic) ? topic.replaceAll('{', "{{ '{' }}") : topic;
}

/** For states that are JSON: an empty message, as it comes when the topic is cleared, says nothing. */
export function onOff(condition: string): string {
  return `{% if value_json is defined %}{{ 'ON' if ${condition} else 'OFF' }}{% endif %}`;
}

/** Null is `None`, which Home Assistant shows as unknown. */
export function shownValue(key: string): string {
  return `{{ value_json.${key} if value_json is defined else none }}`;
}
