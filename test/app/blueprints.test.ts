/** Pins that the blueprints are what Home Assistant imports, and that they fit the entities that we announce. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isMap, isScalar, parseDocument, visit } from 'yaml';
import { bridgeAnnouncement } from '../../src/homeassistant/devices/bridge.ts';
import { cameraAnnouncement } from '../../src/homeassistant/devices/camera.ts';
import { type Component, serviceOf } from '../../src/homeassistant/devices/device.ts';
import { BLUEPRINT_FILES, Input, readBlueprint } from '../support/home-assistant/blueprint.ts';

type Json = Readonly<Record<string, unknown>>;

const REPOSITORY = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  .repository.url.replace(/^git\+/, '')
  .replace(/\.git$/, '');
const FILES = BLUEPRINT_FILES;

const CAMERA = { id: '1', name: 'Door', room: '', mtxPath: 'door', isEnabled: true, sourceType: 'rtsp' } as const;
const service = serviceOf({
  base: 'nestmtx',
  eventTopics: 'both',
  version: '1.0.0',
  follows: false,
  showsPictures: true,
  can: () => true,
  canRestart: true,
});
const announced: readonly Component[] = [
  ...Object.values(cameraAnnouncement(CAMERA, service).components),
  ...Object.values(bridgeAnnouncement(service, true).components),
];

/** Every map anywhere below. */
function mapsIn(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(mapsIn);
  if (typeof value !== 'object' || value === null || value instanceof Input) return [];
  return [value as Json, ...Object.values(value).flatMap(mapsIn)];
}

function inputsUsed(value: unknown): string[] {
  if (value instanceof Input) return [value.name];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(inputsUsed);
}

function filtersOf(input: Json): Json[] {
  const selector = input['selector'] as Json;
  const entity = selector['entity'] as { filter: Json[] } | undefined;
  return (entity?.filter ?? []).filter(({ integration }) => integration === 'mqtt');
}

function fitting({ domain, device_class }: Json): readonly Component[] {
  return announced.filter(
    (component) => component.p === domain && (device_class === undefined || component['device_class'] === device_class),
  );
}

const attributesOf = (name: string) =>
  announced
    .filter((component) => component['name'] === name)
    .map((component) => String(component['json_attributes_template']));

it('there are blueprints for a feed, a failure, a stall, credentials, viewers and sources', () => {
  expect(FILES.sort()).toEqual([
    'camera_down_notification.yaml',
    'credentials_attention.yaml',
    'feed_watch.yaml',
    'someone_watching.yaml',
    'source_down_notification.yaml',
    'stall_restart.yaml',
  ]);
});

describe.each(FILES)('%s', (file) => {
  const { text, about, inputs, body } = readBlueprint(file);

  it('says what it is, where it is from and what it needs', () => {
    expect(about).toEqual({
      name: expect.stringMatching(/^NestMTX /),
      description: expect.stringMatching(/\.$/),
      domain: 'automation',
      author: 'NestMTX Bridge',
      source_url: `${REPOSITORY}/blob/main/addon/blueprints/automation/${file}`,
      // The first with `triggers` and `actions`.
      homeassistant: { min_version: '2024.10.0' },
    });
  });

  it('is written in the words of today', () => {
    expect(Object.keys(body)).toEqual(expect.arrayContaining(['mode', 'triggers', 'actions']));
    const words = new Set(mapsIn(body).flatMap((map) => Object.keys(map)));
    for (const old of ['platform', 'service', 'data_template', 'trigger_id', 'entity_namespace'])
      expect(words).not.toContain(old);
    for (const trigger of body['triggers'] as Json[])
      expect(['state', 'numeric_state', 'homeassistant']).toContain(trigger['trigger']);
    // In YAML 1.1 an unquoted on is true.
    for (const map of mapsIn(body)) for (const key of ['from', 'to']) expect(typeof map[key]).not.toBe('boolean');
  });

  it('asks for what it uses and uses what it asks for', () => {
    expect([...new Set(inputsUsed(body))].toSorted((a, b) => a.localeCompare(b))).toEqual(
      Object.keys(inputs).toSorted((a, b) => a.localeCompare(b)),
    );
    for (const [name, input] of Object.entries(inputs)) {
      expect(Object.keys(input).filter((key) => !['name', 'description', 'default', 'selector'].includes(key))).toEqual(
        [],
      );
      expect(input['name']).toMatch(/^[A-Z]/);
      const [kind, ...others] = Object.keys(input['selector'] as Json);
      expect(['entity', 'device', 'duration', 'boolean', 'action']).toContain(kind);
      expect(others).toEqual([]);
      // Without a default the user must choose: only what nobody can guess.
      if (kind !== 'entity') expect(input, name).toHaveProperty('default');
    }
  });

  it('asks for entities that we announce, by the names that we give them', () => {
    const wanted = Object.values(inputs).filter((input) => filtersOf(input).length > 0);
    expect(wanted.length).toBeGreaterThan(0);
    for (const input of wanted) {
      const [, name] = /"([^"]+)"/.exec(String(input['description'])) ?? [];
      const names = filtersOf(input).flatMap((filter) => fitting(filter).map((component) => component['name']));
      expect(names).toContain(name);
    }
  });

  it('tells its triggers apart by ids that its conditions know', () => {
    const ids = (body['triggers'] as Json[]).flatMap(({ id }) => (id === undefined ? [] : [id]));
    expect(new Set(ids).size).toBe(ids.length);
    const asked = mapsIn(body['actions']).filter(({ condition }) => condition === 'trigger');
    for (const { id } of asked) expect(ids).toEqual(expect.arrayContaining([id].flat()));
    for (const [, id] of text.matchAll(/trigger\.id == '(\w+)'/g)) expect(ids).toContain(id);
  });

  it('has tags for inputs and for nothing else', () => {
    visit(parseDocument(text, { logLevel: 'silent' }), {
      Node: (_key, node) => {
        if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org')) expect(node.tag).toBe('!input');
        if (node.tag === '!input') expect(isScalar(node) && !isMap(node)).toBe(true);
      },
    });
  });
});

describe('what the templates of blueprints read', () => {
  it('is the reason that the problem sensor has', () => {
    for (const key of ['reason', 'quiet_until', 'since', 'until']) {
      expect(readBlueprint('camera_down_notification.yaml').text).toContain(`state_attr(problem, '${key}')`);
      expect(attributesOf('Problem').join()).toContain(`'${key}'`);
    }
  });

  it('is the picture of the camera itself, where no other is chosen', () => {
    const { text } = readBlueprint('camera_down_notification.yaml');
    const [, domain] = /select\('match', '(\w+)\[\.\]'\)/.exec(text) ?? [];
    expect(announced.filter(({ p }) => p === domain).map(({ name }) => name)).toEqual(['Picture']);
    expect(text).toContain(`/api/${domain}_proxy/`);
  });

  it('is an event type that a camera has', () => {
    const [, type] = /event_type == '(\w+)'/.exec(readBlueprint('stall_restart.yaml').text) ?? [];
    const event = announced.find((component) => component.p === 'event' && component['name'] === 'Event');
    expect(event?.['event_types']).toContain(type);
  });

  it('is what an event of a source says', () => {
    const { text } = readBlueprint('source_down_notification.yaml');
    const event = announced.find((component) => component['name'] === 'Source event');
    for (const key of ['event_type', 'source', 'reason', 'cameras', 'quiet']) {
      expect(text).toContain(`attributes.${key}`);
      expect(event?.['value_template']).toContain(`'${key}'`);
    }
  });

  it('is the list that the credentials sensor has', () => {
    expect(readBlueprint('credentials_attention.yaml').text).toContain("state_attr(credentials, 'credentials')");
    expect(attributesOf('Credentials').join()).toContain("'credentials'");
  });
});
