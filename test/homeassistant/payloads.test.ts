/** Pins what Home Assistant is told, word for word, and that it would take it whatever people call their cameras. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bridgeAnnouncement } from '../../src/homeassistant/devices/bridge.ts';
import { cameraAnnouncement } from '../../src/homeassistant/devices/camera.ts';
import {
  type Announcement,
  discoveryPayload,
  type Service,
  serviceOf,
} from '../../src/homeassistant/devices/device.ts';
import { identityOf, slugOf } from '../../src/homeassistant/devices/identity.ts';
import { instanceAnnouncement } from '../../src/homeassistant/devices/instance.ts';
import { LANGUAGES, type Language } from '../../src/homeassistant/devices/names.ts';
import { EVENTS, NOTICED_EVENTS, OWN_EVENTS } from '../../src/protocol/events.ts';
import { STREAM_PORTS } from '../../src/protocol/stream-ports.ts';
import { isPortableTopicName } from '../../src/protocol/topic-match.ts';
import { EVENT_TOPIC_MODES, isBaseTopic } from '../../src/protocol/topics.ts';
import { checkTogether, type ReadDevice, readDiscovery } from '../support/home-assistant/rules.ts';

const FACTS = {
  ...({ base: 'nestmtx', eventTopics: 'both', version: '1.0.0', follows: false, showsPictures: true } as const),
  can: () => true,
  notices: () => NOTICED_EVENTS,
  canRestart: true,
  liveView: { host: 'cam.house', ports: () => STREAM_PORTS },
};
const service = serviceOf(FACTS);
const FRONT_DOOR = {
  ...{ id: '3', name: 'Front door', room: 'Garden', mtxPath: 'front-door', isEnabled: true },
  sourceType: 'rtsp',
} as const;
const DOORBELL = { id: '5e23585e02180144b6dcbb05', user: 'Hcixd1Fx', label: 'Doorbell' };

function read(announcement: Announcement, version = '1.0.0'): ReadDevice {
  const payload = JSON.stringify(discoveryPayload(announcement, version));
  return readDiscovery(`device/${announcement.objectId}/config`, payload);
}

function household(from: Service, camera = FRONT_DOOR, instance = DOORBELL): ReadDevice[] {
  return [
    bridgeAnnouncement(from, true),
    cameraAnnouncement(camera, from),
    instanceAnnouncement(instance, from, true),
  ].map((announcement) => read(announcement));
}

describe('what is announced', () => {
  it('of a camera', () => {
    expect(discoveryPayload(cameraAnnouncement(FRONT_DOOR, service), '1.0.0')).toMatchSnapshot();
  });

  it('of the service', () => {
    const lookedAt = serviceOf({ ...FACTS, url: 'http://nest.example:2000/' });
    expect(discoveryPayload(bridgeAnnouncement(lookedAt, true), '1.0.0')).toMatchSnapshot();
  });

  it('of an MQTT instance', () => {
    expect(discoveryPayload(instanceAnnouncement(DOORBELL, service, true), '1.0.0')).toMatchSnapshot();
  });

  it('keeps the rules of Home Assistant, each device by itself and all together', () => {
    checkTogether(household(service));
  });
});

it.each([
  ['plain', 'nestmtx/stream/source/+'],
  ['documented', '/nestmtx/stream/source/+'],
] as const)(
  'that a source is gone is heard where we tell it with EVENT_TOPICS=%s, followed or not',
  (eventTopics, topic) => {
    for (const follows of [false, true]) {
      const { components } = read(bridgeAnnouncement(serviceOf({ ...FACTS, eventTopics, follows }), true));
      expect(components.get('source_event')?.options['state_topic']).toBe(topic);
      expect(components.get('on_source_offline')?.options['topic']).toBe(topic);
    }
  },
);

describe('another language', () => {
  const namesOf = (language: Language) =>
    household(serviceOf({ ...FACTS, language })).flatMap(({ components }) =>
      [...components].map(([key, { options }]) => [key, String(options['name'] ?? '')] as const),
    );

  it('has a name for everything, another one for nearly everything, and each once in a device', () => {
    const english = namesOf('en');
    const german = namesOf('de');
    const same = german
      .filter(([, name], index) => name !== '' && name === english[index]?.[1])
      .map(([, name]) => name);
    expect(same.sort()).toEqual(['Clients', 'Feed', 'MediaMTX', 'Problem', 'Version']);
    for (const { components } of household(serviceOf({ ...FACTS, language: 'de' }))) {
      const names = [...components.values()].flatMap(({ options }) => options['name'] ?? []);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('changes nothing that automations refer to', () => {
    const references = (language: Language) =>
      household(serviceOf({ ...FACTS, language }), FRONT_DOOR, { ...DOORBELL, label: '' }).map(
        ({ device, components }) => [
          device['identifiers'],
          [...components.values()].map(({ options }) => {
            const { name: _name, ...rest } = options;
            return rest;
          }),
        ],
      );
    expect(references('de')).toEqual(references('en'));
  });
});

describe('a camera', () => {
  const camera = (facts: Partial<Parameters<typeof serviceOf>[0]> = {}, named = FRONT_DOOR) =>
    read(cameraAnnouncement(named, serviceOf({ ...FACTS, ...facts })));
  const option = (device: ReadDevice, key: string, name: string) => device.components.get(key)?.options[name];
  const triggers = ({ components }: ReadDevice) =>
    [...components.keys()].filter((key) => components.get(key)?.platform === 'device_automation');

  it('is never called unavailable because its feed is down', () => {
    expect(camera().availability).toEqual([{ topic: 'nestmtx/availability' }]);
  });

  it('has an event type for each event, and a trigger for all but its own creation', () => {
    expect(option(camera(), 'event', 'event_types')).toEqual(EVENTS.camera);
    expect(triggers(camera())).toHaveLength(EVENTS.camera.length - 1);
  });

  it('has entities and triggers for what it notices, and none where nothing is told of that', () => {
    const keys = (device: ReadDevice) =>
      [...device.components.keys()].filter((key) => /^(motion|doorbell|on_(motion|person|sound|chime))$/.test(key));
    expect(keys(camera())).toEqual(['motion', 'doorbell', 'on_motion', 'on_person', 'on_sound', 'on_chime']);
    expect(option(camera(), 'motion', 'event_types')).toEqual(['motion', 'person', 'sound']);
    expect(option(camera(), 'doorbell', 'event_types')).toEqual(['ring']);
    expect(keys(camera({ notices: () => ['chime'] }))).toEqual(['doorbell', 'on_chime']);
    expect(keys(camera({ notices: undefined }))).toEqual([]);
    for (const key of keys(camera())) expect(option(camera(), key, 'value_template')).toContain('.late');
  });

  it('offers what is possible here, and none of it while it is switched off', () => {
    const offered = (device: ReadDevice) =>
      ['enabled', 'restart', 'probe'].filter((key) => device.components.get(key)?.isRemoval === false);
    expect(offered(camera())).toEqual(['enabled', 'restart', 'probe']);
    expect(offered(camera({ can: (_camera, action) => action === 'probe' }))).toEqual(['enabled', 'probe']);
    expect(offered(camera({ can: undefined }))).toEqual(['enabled']);
    const away = { ...FRONT_DOOR, mtxPath: null, isEnabled: false };
    expect(offered(read(cameraAnnouncement(away, serviceOf({ ...FACTS, can: () => false }))))).toEqual([]);
    for (const key of ['restart', 'probe', 'snapshot']) {
      expect(option(camera(), key, 'availability')).toEqual([
        { topic: 'nestmtx/availability' },
        { topic: 'nestmtx/homeassistant/camera/3', value_template: expect.stringContaining('value_json.enabled') },
      ]);
    }
  });

  it('of a followed server has what that server tells and can do', () => {
    const followed = camera({ follows: true, notices: undefined });
    expect(option(followed, 'event', 'event_types')).toEqual(
      EVENTS.camera.filter((name) => !OWN_EVENTS.includes(name)),
    );
    expect(triggers(followed)).toHaveLength(EVENTS.camera.filter((name) => !OWN_EVENTS.includes(name)).length);
    expect(followed.components.has('enabled')).toBe(true);
  });

  it.each([
    ['plain', false, 'nestmtx/'],
    ['both', false, 'nestmtx/'],
    ['documented', false, '/nestmtx/'],
    // Whatever is set here, upstream publishes like this.
    ['documented', true, 'nestmtx/'],
  ] as const)('is heard once with EVENT_TOPICS=%s, followed: %s', (eventTopics, follows, start) => {
    const device = camera({ eventTopics, follows });
    expect(option(device, 'event', 'state_topic')).toBe(`${start}events/camera/3/+`);
    // Filters that overlap make brokers deliver twice.
    expect(option(device, 'on_ready', 'topic')).toBe(`${start}events/camera/3/+`);
  });

  it('hears of the end of a demand once: of ours in one spelling, of NestMTX in the one that it has', () => {
    const followed = camera({ follows: true });
    expect(option(followed, 'on_un_demand', 'payload')).toBe('unDemand');
    expect(option(followed, 'on_un_demand', 'value_template')).toContain("replace('undemand', 'unDemand')");
    expect(option(camera(), 'on_un_demand', 'value_template')).toBe('{{ value_json.event }}');
    expect(option(camera(), 'event', 'value_template')).toMatch(
      /^\{% if value_json.event != 'undemand' %\}.*\{% endif %\}$/,
    );
  });

  it.each([
    ['Garden', 'Garden'],
    ['Unknown', undefined],
    [' ', undefined],
  ])('in the room %j is suggested for the area %j', (room, area) => {
    expect(camera({}, { ...FRONT_DOOR, room }).device['suggested_area']).toBe(area);
  });

  it('has a picture and a button to renew it where the picture is published, and nowhere else', () => {
    const has = (showsPictures: boolean | undefined, snapshots?: boolean) => {
      const { components } = camera(
        { showsPictures },
        { ...FRONT_DOOR, ...(snapshots === undefined ? {} : { snapshots }) },
      );
      return [components.has('picture'), components.has('snapshot')];
    };
    expect([has(true), has(false, true)]).toEqual([
      [true, true],
      [true, true],
    ]);
    expect([has(false), has(true, false), has(undefined, true)]).toEqual(Array(3).fill([false, false]));
    expect(option(camera(), 'picture', 'image_topic')).toBe('nestmtx/snapshot/camera/3');
  });

  it('keeps its ids when it gets another name', () => {
    const ids = (name: string) =>
      [...camera({}, { ...FRONT_DOOR, name }).components.values()].map(({ options }) => options['unique_id']);
    expect(ids('Back door')).toEqual(ids('Front door'));
  });
});

describe('the service', () => {
  it('says that MediaMTX is reachable only where there is one', () => {
    expect(read(bridgeAnnouncement(service, false)).components.has('mediamtx')).toBe(false);
  });
});

describe('an MQTT instance', () => {
  it('has its own availability besides that of the service', () => {
    const { availability } = read(instanceAnnouncement(DOORBELL, service, true));
    expect(availability.map(({ topic }) => topic)).toEqual([
      'nestmtx/availability',
      'nestmtx/homeassistant/instance/5e23585e02180144b6dcbb05',
    ]);
  });

  it('shows no figures where the broker counts nothing', () => {
    const { components } = read(instanceAnnouncement(DOORBELL, service, false));
    expect([...components.keys()]).toEqual(['connected', 'clients', 'answer', 'rotate']);
  });
});

describe('names and topics of any kind', () => {
  const levels = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('{{ x }}', '{% raw %}', '~', '$x', 'ä'),
  );
  const base = fc
    .array(levels, { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join('/'))
    .filter((topic) => isBaseTopic(topic) && isPortableTopicName(topic));
  const name = fc.oneof(
    fc.string({ maxLength: 255 }),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constant('x'.repeat(255)),
  );

  it('are taken by Home Assistant', () => {
    const facts = fc.record({
      base,
      eventTopics: fc.constantFrom(...EVENT_TOPIC_MODES),
      follows: fc.boolean(),
      language: fc.constantFrom(...LANGUAGES),
    });
    fc.assert(
      fc.property(facts, name, name, fc.nat(), (from, cameraName, room, id) => {
        const any = serviceOf({ ...FACTS, ...from });
        checkTogether(
          household(any, { ...FRONT_DOOR, id: String(id), name: cameraName, room }, { ...DOORBELL, label: cameraName }),
        );
      }),
    );
  });

  it('keep two services on one broker apart', () => {
    const near = ['home/a', 'home_a', 'home a', 'home/a/', 'home', 'a'.repeat(60), `${'a'.repeat(60)}b`];
    const objectIds = near.map((topic) => identityOf(topic).bridge);
    expect(new Set(objectIds).size).toBe(near.length);
    fc.assert(
      fc.property(base, base, (one, other) => {
        expect(identityOf(one).camera('1') === identityOf(other).camera('1')).toBe(one === other);
      }),
    );
  });

  it.each([
    ['Front door', 'front_door'],
    ['  Küche -- außen!', 'kuche_aussen'],
    ['Café №1', 'cafe_no1'],
    ['前门', 'nestmtx_cam_3'],
    ['Камера 2', 'nestmtx_cam_3'],
    ['...', 'nestmtx_cam_3'],
    ['x'.repeat(200), 'x'.repeat(80)],
  ])('%j becomes %s', (text, slug) => {
    expect(slugOf(text, 'nestmtx_cam_3')).toBe(slug);
  });
});
