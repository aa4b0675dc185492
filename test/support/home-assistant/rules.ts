/**
 * Owns Home Assistant's rules for device discovery, as Core 2026.11 has them in its mqtt component, and stricter where it would only
 * drop or rename what it does not like. What it accepts is returned in long words.
 */

import { isPortableTopicName, isSubset, isTopicFilter } from '../../../src/protocol/topic-match.ts';

type Json = Readonly<Record<string, unknown>>;

export interface ReadComponent {
  readonly platform: string;
  readonly options: Json;
  /** Named without anything else: to be removed. */
  readonly isRemoval: boolean;
}

export interface ReadDevice {
  readonly device: Json;
  readonly origin: Json;
  readonly availability: readonly Json[];
  readonly components: ReadonlyMap<string, ReadComponent>;
}

const ABBREVIATIONS: Json = { dev: 'device', o: 'origin', cmps: 'components', avty: 'availability', p: 'platform' };
const DEVICE_WORDS: Json = {
  ids: 'identifiers',
  mf: 'manufacturer',
  mdl: 'model',
  sw: 'sw_version',
  sa: 'suggested_area',
  cu: 'configuration_url',
};
const ORIGIN_WORDS: Json = { sw: 'sw_version', url: 'support_url' };

const ROOT_KEYS = ['device', 'origin', 'components', 'availability', 'availability_mode', 'qos'];
const DEVICE_KEYS = [...Object.values(DEVICE_WORDS), 'name', 'via_device'];
const COMMON = [
  'availability',
  'unique_id',
  'default_entity_id',
  'name',
  'icon',
  'entity_category',
  'enabled_by_default',
];
const ATTRIBUTES = ['json_attributes_topic', 'json_attributes_template'];
const READ = ['state_topic', 'value_template', ...ATTRIBUTES];

interface PlatformRules {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly deviceClasses: readonly string[];
  readonly categories: readonly string[];
}

const ENTITIES: Readonly<Record<string, PlatformRules>> = {
  binary_sensor: {
    required: ['state_topic'],
    optional: [...READ, 'device_class', 'off_delay'],
    deviceClasses: ['running', 'problem', 'connectivity'],
    categories: ['diagnostic'],
  },
  sensor: {
    required: ['state_topic'],
    optional: [...READ, 'device_class', 'state_class', 'unit_of_measurement'],
    deviceClasses: ['timestamp'],
    categories: ['diagnostic'],
  },
  event: {
    required: ['state_topic', 'event_types'],
    optional: ['value_template', 'device_class'],
    deviceClasses: ['motion', 'doorbell'],
    categories: ['diagnostic', 'config'],
  },
  switch: {
    required: ['command_topic', 'state_topic'],
    optional: ['value_template'],
    deviceClasses: [],
    categories: ['diagnostic', 'config'],
  },
  image: {
    required: ['image_topic'],
    optional: ['content_type', 'image_encoding'],
    deviceClasses: [],
    categories: ['diagnostic'],
  },
  select: {
    required: ['command_topic', 'options'],
    optional: [...READ],
    deviceClasses: [],
    categories: ['diagnostic', 'config'],
  },
  button: {
    required: ['command_topic'],
    optional: ['device_class'],
    deviceClasses: ['restart'],
    categories: ['diagnostic', 'config'],
  },
};
const TRIGGER_KEYS = ['automation_type', 'type', 'subtype', 'topic', 'payload', 'value_template'];

/**
 * @param topic of the discovery message, without the prefix
 * @throws Error that names the rule
 */
export function readDiscovery(topic: string, payload: string): ReadDevice {
  must(/^device\/[a-zA-Z0-9_-]+\/config$/.test(topic), `topic ${topic}`);
  const root = lengthened(objectOf(JSON.parse(payload), 'payload'), ABBREVIATIONS);
  onlyKeys(root, ROOT_KEYS, 'payload');
  const device = lengthened(objectOf(root['device'], 'device'), DEVICE_WORDS);
  checkDevice(device);
  const origin = lengthened(objectOf(root['origin'], 'origin'), ORIGIN_WORDS);
  onlyKeys(origin, ['name', 'sw_version', 'support_url'], 'origin');
  text(origin['name'], 'origin.name');
  url(origin['support_url'], 'origin.support_url');
  const availability = list(root['availability'], 'availability').map((entry) => availabilityOf(entry));
  must(root['availability_mode'] === 'all', 'availability_mode all');
  must(root['qos'] === 0 || root['qos'] === 1 || root['qos'] === 2, 'qos 0, 1 or 2');
  const components = new Map<string, ReadComponent>();
  for (const [key, value] of Object.entries(objectOf(root['components'], 'components'))) {
    // Core parts it at spaces.
    must(/^\w+$/.test(key), `component key ${key}`);
    components.set(key, componentOf(key, objectOf(value, key)));
  }
  checkTriggers(components);
  checkFilters(
    [...components.values()].flatMap(({ options }) => [
      options['state_topic'],
      options['topic'],
      options['image_topic'],
    ]),
  );
  return { device, origin, availability, components };
}

/** Over all devices at one broker. */
export function checkTogether(devices: Iterable<ReadDevice>): void {
  const ids = new Set<string>();
  const entities = new Set<string>();
  for (const { device, components } of devices) {
    for (const id of list(device['identifiers'], 'identifiers')) once(ids, String(id), 'identifier');
    for (const { platform, options } of components.values()) {
      const id = options['unique_id'];
      if (id !== undefined) once(entities, `${platform} ${String(id)}`, 'unique_id');
    }
  }
  for (const { device } of devices) {
    const via = device['via_device'];
    must(via === undefined || ids.has(String(via)), `via_device ${String(via)} of somebody`);
  }
}

function checkDevice(device: Json): void {
  onlyKeys(device, DEVICE_KEYS, 'device');
  must(list(device['identifiers'], 'identifiers').length > 0, 'an identifier');
  // Something that is to be taken back: who it was, and no more.
  if (Object.keys(device).join() === 'identifiers') return;
  for (const key of ['manufacturer', 'model', 'name']) text(device[key], `device.${key}`);
  for (const key of ['sw_version', 'suggested_area', 'via_device']) {
    if (device[key] !== undefined) text(device[key], `device.${key}`);
  }
  if (device['configuration_url'] !== undefined) url(device['configuration_url'], 'device.configuration_url');
}

function availabilityOf(entry: unknown): Json {
  const found = objectOf(entry, 'availability');
  onlyKeys(found, ['topic', 'value_template'], 'availability');
  subscribable(found['topic'], 'availability topic');
  return found;
}

function componentOf(key: string, { p, platform = p, ...options }: Json): ReadComponent {
  const kind = text(platform, `${key}.platform`);
  if (Object.keys(options).length === 0) return { platform: kind, options, isRemoval: true };
  if (kind === 'device_automation') checkTrigger(key, options);
  else checkEntity(key, kind, options);
  return { platform: kind, options, isRemoval: false };
}

function checkEntity(key: string, kind: string, options: Json): void {
  const rules = ENTITIES[kind];
  if (!rules) throw new Error(`${key}: no rules for platform ${kind}`);
  onlyKeys(options, [...COMMON, ...rules.required, ...rules.optional], key);
  for (const needed of ['unique_id', ...rules.required]) must(options[needed] !== undefined, `${key}.${needed}`);
  text(options['unique_id'], `${key}.unique_id`);
  if (isStandIn(options)) return;
  const entityId = text(options['default_entity_id'], `${key}.default_entity_id`);
  must(new RegExp(`^${kind}\\.[a-z0-9]+(_[a-z0-9]+)*$`).test(entityId), `${key}: entity id ${entityId}`);
  must(entityId.length <= 255, `${key}: entity id of at most 255 characters`);
  text(options['name'], `${key}.name`);
  oneOf(options['device_class'], rules.deviceClasses, `${key}.device_class`);
  oneOf(options['entity_category'], rules.categories, `${key}.entity_category`);
  if (options['icon'] !== undefined) must(/^mdi:[a-z0-9-]+$/.test(String(options['icon'])), `${key}.icon`);
  if (options['state_topic'] !== undefined) subscribable(options['state_topic'], `${key}.state_topic`);
  if (options['image_topic'] !== undefined) subscribable(options['image_topic'], `${key}.image_topic`);
  if (options['command_topic'] !== undefined) {
    must(isPortableTopicName(text(options['command_topic'], key)), `${key}.command_topic`);
  }
  must(
    ATTRIBUTES.every((option) => option in options) || !ATTRIBUTES.some((option) => option in options),
    `${key}: attributes`,
  );
  if (kind === 'sensor') checkSensor(key, options);
  if (kind === 'event') {
    const types = list(options['event_types'], `${key}.event_types`);
    must(types.length > 0 && new Set(types).size === types.length, `${key}.event_types`);
  }
}

/** Of something that is to be taken back: never available. */
function isStandIn({ availability }: Json): boolean {
  if (availability === undefined) return false;
  const topics = list(availability, 'availability').map((entry) => String(availabilityOf(entry)['topic']));
  return topics.every((topic) => topic.endsWith('/gone'));
}

function checkSensor(key: string, options: Json): void {
  oneOf(options['state_class'], ['measurement', 'total', 'total_increasing'], `${key}.state_class`);
  const isMoment = options['device_class'] === 'timestamp';
  must(!isMoment || !('state_class' in options || 'unit_of_measurement' in options), `${key}: a moment is no figure`);
}

function checkTrigger(key: string, options: Json): void {
  onlyKeys(options, TRIGGER_KEYS, key);
  must(options['automation_type'] === 'trigger', `${key}.automation_type`);
  for (const needed of ['type', 'subtype']) text(options[needed], `${key}.${needed}`);
  // Core renders it as a template first.
  subscribable(text(options['topic'], `${key}.topic`).replaceAll("{{ '{' }}", '{'), `${key}.topic`);
  must(!/\{[{%]/.test(String(options['topic']).replaceAll("{{ '{' }}", '')), `${key}: a topic and no template`);
  must(
    'payload' in options || !('value_template' in options),
    `${key}: a template picks what the payload is compared with`,
  );
}

function checkTriggers(components: ReadonlyMap<string, ReadComponent>): void {
  const known = new Set<string>();
  for (const { platform, options, isRemoval } of components.values()) {
    if (platform !== 'device_automation' || isRemoval) continue;
    once(known, `${String(options['type'])}/${String(options['subtype'])}`, 'trigger');
  }
}

/** Seen in Core at mosquitto: of two filters that select a message each gets it twice. */
function checkFilters(named: readonly unknown[]): void {
  const filters = [...new Set(named.filter((filter) => typeof filter === 'string'))];
  for (const one of filters) {
    const within = filters.filter((other) => other !== one && isSubset(other, one));
    must(within.length === 0, `one filter in place of ${one} and ${within.join(', ')}`);
  }
}

/** The rules of Core for topics are those of MQTT 5.0, 1.5.4 and 4.7. */
function subscribable(value: unknown, what: string): void {
  const topic = text(value, what);
  must(isTopicFilter(topic) && isPortableTopicName(topic.replaceAll(/[+#]/g, 'x')), what);
}

function url(value: unknown, what: string): void {
  must(/^(https?|homeassistant):\/\/\S+$/.test(text(value, what)) && URL.canParse(String(value)), what);
}

function lengthened(short: Json, words: Json): Json {
  return Object.fromEntries(Object.entries(short).map(([key, value]) => [String(words[key] ?? key), value]));
}

function onlyKeys(found: Json, keys: readonly unknown[], what: string): void {
  const others = Object.keys(found).filter((key) => !keys.includes(key));
  must(others.length === 0, `${what} without ${others.join(', ')}`);
}

function oneOf(value: unknown, allowed: readonly string[], what: string): void {
  must(value === undefined || allowed.includes(String(value)), `${what} ${String(value)}`);
}

function once(known: Set<string>, value: string, what: string): void {
  must(!known.has(value), `${what} ${value} once`);
  known.add(value);
}

function objectOf(value: unknown, what: string): Json {
  must(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} as an object`);
  return value as Json;
}

function list(value: unknown, what: string): readonly unknown[] {
  must(Array.isArray(value), `${what} as a list`);
  return value as readonly unknown[];
}

function text(value: unknown, what: string): string {
  must(typeof value === 'string' && value.length > 0, `${what} as a text`);
  return String(value);
}

function must(holds: boolean, rule: string): void {
  if (!holds) throw new Error(`Home Assistant wants: ${rule}`);
}
