/**
 * Owns a stand-in of Home Assistant at a broker: reads discovery by its rules, subscribes to what the entities name, and shows their
 * states. It renders the templates that were tried in the real one, and refuses all others.
 */

import { isDeepStrictEqual } from 'node:util';
import { matches } from '../../../src/protocol/topic-match.ts';
import { connectClient } from '../brokers/mqtt-client.ts';
import { type ReadComponent, readDiscovery } from './rules.ts';

type Json = Readonly<Record<string, unknown>>;

interface Known {
  name: string;
  availability: readonly Json[];
  readonly components: Map<string, ReadComponent>;
}

export interface HomeAssistantStandIn {
  /** Names of devices by object id. */
  devices(): Record<string, string>;
  /** Ids of the devices in its registry. */
  registered(): string[];
  /** As Home Assistant shows it; `absent` where there is no such entity. @param entity object id of the device, a slash, and the component's key */
  state(entity: string): string;
  /** Types of the events that an event entity had. */
  events(entity: string): string[];
  /** How often a trigger fired. */
  fired(trigger: string): number;
  /** How many announcements of a device came, removals included. */
  announcements(objectId: string): number;
  /** Presses a button, turns a switch, or selects. */
  use(entity: string, payload: string): Promise<void>;
  /** Says that it has started. */
  start(): Promise<void>;
  end(): Promise<void>;
}

/** What it keeps over its own restarts: unique ids of entities by the id of their device. */
export type HomeAssistantRegistry = Map<string, Set<string>>;

interface Broker {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

export async function openHomeAssistant(
  broker: Broker,
  prefix = 'homeassistant',
  registry: HomeAssistantRegistry = new Map(),
): Promise<HomeAssistantStandIn> {
  const client = await connectClient({ ...broker });
  const known = new Map<string, Known>();
  const counts = new Map<string, number>();
  const subscribed = new Set<string>();
  let read = 0;

  function catchUp(): void {
    for (const { topic, text } of client.received.slice(read)) {
      read += 1;
      if (topic.startsWith(`${prefix}/device/`)) learn(topic.slice(prefix.length + 1), text);
    }
  }

  function learn(topic: string, text: string): void {
    const [, objectId = ''] = topic.split('/');
    counts.set(objectId, (counts.get(objectId) ?? 0) + 1);
    if (text === '') {
      for (const component of known.get(objectId)?.components.values() ?? []) forget(objectId, component);
      known.delete(objectId);
      return;
    }
    const { device, availability, components } = readDiscovery(topic, text);
    const before = known.get(objectId)?.components ?? new Map<string, ReadComponent>();
    for (const [key, component] of components) {
      const former = before.get(key);
      if (component.isRemoval && former) forget(objectId, former);
      if (component.isRemoval) before.delete(key);
      else before.set(key, component);
    }
    const entities = registry.get(objectId) ?? new Set();
    for (const { options } of before.values()) {
      if (options['unique_id'] !== undefined) entities.add(String(options['unique_id']));
    }
    registry.set(objectId, entities);
    // What is left out stays: Home Assistant removes what is named.
    known.set(objectId, { name: String(device['name'] ?? ''), availability, components: before });
    const topics = [...before.values()].flatMap(({ options }) => [options['state_topic'], options['topic']]);
    for (const wanted of [...topics, ...availability.map((entry) => entry['topic'])]) {
      if (typeof wanted !== 'string' || subscribed.has(wanted)) continue;
      subscribed.add(wanted);
      void client.subscribe(wanted);
    }
  }

  /** It removes what it has learnt since its start, and a device with its last entity. */
  function forget(objectId: string, { options }: ReadComponent): void {
    const entities = registry.get(objectId);
    entities?.delete(String(options['unique_id']));
    if (entities?.size === 0) registry.delete(objectId);
  }

  function look(entity: string): { device: Known; options: Json } | undefined {
    catchUp();
    const [objectId = '', key = ''] = entity.split('/');
    const device = known.get(objectId);
    const component = device?.components.get(key);
    return device && component && { device, options: component.options };
  }

  function find(entity: string): { device: Known; options: Json } {
    const found = look(entity);
    if (!found) throw new Error(`Home Assistant knows no ${entity}`);
    return found;
  }

  function last(topic: unknown): string | undefined {
    return client.received.findLast((message) => message.topic === topic)?.text;
  }

  function isAvailable(entry: Json): boolean {
    const text = last(entry['topic']);
    const template = entry['value_template'];
    return text !== undefined && (typeof template === 'string' ? render(template, text) : text) === 'online';
  }

  const live = (topic: unknown) =>
    client.received
      .filter((message) => !message.retain && matches(String(topic), message.topic))
      .map(({ text }) => text);

  await client.subscribe(`${prefix}/#`);
  return {
    devices() {
      catchUp();
      return Object.fromEntries([...known].map(([objectId, { name }]) => [objectId, name]));
    },
    registered() {
      catchUp();
      return [...registry.keys()].toSorted((one, other) => one.localeCompare(other));
    },
    state(entity) {
      const { device, options } = look(entity) ?? {};
      if (!device || !options) return 'absent';
      const availability = (options['availability'] as readonly Json[] | undefined) ?? device.availability;
      if (!availability.every(isAvailable)) return 'unavailable';
      const text = last(options['state_topic']);
      const shown = text === undefined ? '' : render(String(options['value_template']), text);
      return shown === '' || shown === 'None' ? 'unknown' : shown;
    },
    events(entity) {
      const { state_topic: topic, value_template: template } = find(entity).options;
      return live(topic).flatMap((text) => eventIn(text, String(template)) ?? []);
    },
    fired(entity) {
      const { topic, payload, value_template: template } = find(entity).options;
      const named = live(topic).map((text) => eventIn(text, String(template)));
      return named.filter((event) => payload === undefined || isDeepStrictEqual(event, payload)).length;
    },
    announcements(objectId) {
      catchUp();
      return counts.get(objectId) ?? 0;
    },
    use: (entity, payload) => client.publish(String(find(entity).options['command_topic']), payload, { qos: 1 }),
    start: () => client.publish(`${prefix}/status`, 'online'),
    end: () => client.end(),
  };
}

/** Which event the template makes of a message; undefined for an empty text, which Home Assistant passes over. */
function eventIn(text: string, template: string): string | undefined {
  const { event } = JSON.parse(text);
  if (template.includes("replace('undemand', 'unDemand')")) return event.replace('undemand', 'unDemand');
  return event === 'undemand' && template.includes("!= 'undemand'") ? undefined : event;
}

type Render = (value: Json | undefined, key: string) => unknown;

/** Each was seen at work in Home Assistant 2026.2. `%` is a key. */
const TRIED: Readonly<Record<string, Render>> = {
  "{% if value_json is defined %}{{ 'ON' if value_json.% else 'OFF' }}{% endif %}": (value, key) =>
    value && (value[key] ? 'ON' : 'OFF'),
  '{{ value_json.% if value_json is defined else none }}': (value, key) => value?.[key] ?? 'None',
  // These two were tried in Jinja alone.
  "{% if value_json is defined %}{{ 'OFF' if not value_json.reason else 'None' if value_json.online is none else 'ON' }}{% endif %}":
    (value) => value && (value['reason'] ? (value['online'] === null ? 'None' : 'ON') : 'OFF'),
  "{% if value_json is defined %}{{ 'None' if value_json.online is not boolean else 'ON' if value_json.online else 'OFF' }}{% endif %}":
    (value) => value && (typeof value['online'] === 'boolean' ? (value['online'] ? 'ON' : 'OFF') : 'None'),
  "{{ 'online' if value_json is defined and value_json.% else 'offline' }}": (value, key) =>
    value?.[key] ? 'online' : 'offline',
  "{% if value_json is defined %}{{ 'None' if value_json.clients is none else 'ON' if value_json.clients > 0 else 'OFF' }}{% endif %}":
    (value) => value && (value['clients'] === null ? 'None' : Number(value['clients']) > 0 ? 'ON' : 'OFF'),
  "{% if value_json is defined %}{{ 'None' if value_json.credentials is none else 'ON' if value_json.credentials else 'OFF' }}{% endif %}":
    (value) => {
      const credentials = value?.['credentials'];
      return value && (Array.isArray(credentials) ? (credentials.length > 0 ? 'ON' : 'OFF') : 'None');
    },
};

function render(template: string, text: string): string {
  const value = text === '' ? undefined : JSON.parse(text);
  const exact = TRIED[template];
  if (exact) return String(exact(value, '') ?? '');
  const [, key = ''] = /value_json\.(\w+)/.exec(template) ?? [];
  const general = TRIED[template.replace(`value_json.${key}`, 'value_json.%')];
  if (!general) throw new Error(`nobody has tried this template in Home Assistant: ${template}`);
  return String(general(value, key) ?? '');
}
