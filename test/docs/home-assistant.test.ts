/** Pins that docs/home-assistant.md lists every entity and every trigger that is announced, and no other. */

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bridgeAnnouncement } from '../../src/homeassistant/devices/bridge.ts';
import { cameraAnnouncement } from '../../src/homeassistant/devices/camera.ts';
import { type Component, serviceOf } from '../../src/homeassistant/devices/device.ts';
import { instanceAnnouncement } from '../../src/homeassistant/devices/instance.ts';
import { NOTICED_EVENTS } from '../../src/protocol/events.ts';

const page = readFileSync(new URL('../../docs/home-assistant.md', import.meta.url), 'utf8');
const CAMERA = { id: '1', name: 'Door', room: '', mtxPath: 'door', isEnabled: true, sourceType: 'rtsp' } as const;
const service = serviceOf({
  base: 'nestmtx',
  eventTopics: 'both',
  version: '1.0.0',
  follows: false,
  showsPictures: true,
  can: () => true,
  notices: () => NOTICED_EVENTS,
  canRestart: true,
});
const devices = {
  camera: cameraAnnouncement(CAMERA, service),
  bridge: bridgeAnnouncement(service, true),
  instance: instanceAnnouncement({ id: 'abc', user: 'Hcixd1Fx', label: null }, service, true),
};
const announced = Object.entries(devices).flatMap(([device, { components }]) =>
  Object.values(components).map((component): [string, Component] => [device, component]),
);

/** The rows of the table below a heading. */
function rowsOf(heading: string): string[][] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const rows = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(1).map((row) => row.slice(2, -2).split(' | '));
}

it('lists every entity with its kind', () => {
  const entities = announced.filter(([, { p }]) => p !== 'device_automation');
  const expected = entities.map(([device, { p, name, device_class: kind }]) => {
    const shownKind = p === 'button' || kind === undefined ? '' : `, ${String(kind)}`;
    return [device, name, p.replace('_', ' ') + shownKind];
  });
  expect(rowsOf('Entities').map((row) => row.slice(0, 3))).toEqual(expected);
});

it('lists every trigger with its event', () => {
  const triggers = announced.filter(([, { p }]) => p === 'device_automation');
  const expected = triggers.map(([device, { type, subtype, payload }]) => [
    device,
    `${String(type)}: ${String(subtype)}`,
    `\`${String(payload)}\``,
  ]);
  expect(rowsOf('Triggers')).toEqual(expected);
});
