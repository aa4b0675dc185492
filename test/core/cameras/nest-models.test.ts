/** Pins which Nest cameras a device of Google is taken for: those that can do exactly what it can. */

import { expect, it } from 'vitest';
import { modelsOf } from '../../../src/core/cameras/nest-models.ts';

const COMMON = ['Info', 'CameraMotion', 'CameraPerson'];
const IMAGES = ['CameraEventImage', 'CameraImage', 'CameraSound'];

function device(type: string, supportedProtocols: unknown, traits: readonly string[]) {
  const named = [...COMMON, ...traits].map((trait) => [`sdm.devices.traits.${trait}`, {}]);
  const stream = { 'sdm.devices.traits.CameraLiveStream': { supportedProtocols } };
  return { type: `sdm.devices.types.${type}`, traits: { ...Object.fromEntries(named), ...stream } };
}

it.each([
  ['CAMERA', ['RTSP'], IMAGES, ['Nest Cam (legacy)']],
  [
    'CAMERA',
    ['WEB_RTC'],
    [],
    ['Nest Cam (outdoor or indoor, battery)', 'Nest Cam with floodlight', 'Nest Cam (indoor, wired)'],
  ],
  ['DISPLAY', ['RTSP'], IMAGES, ['Nest Hub Max']],
  ['DOORBELL', ['RTSP'], [...IMAGES, 'DoorbellChime'], ['Nest Doorbell (legacy)']],
  [
    'DOORBELL',
    ['WEB_RTC'],
    ['CameraClipPreview', 'DoorbellChime'],
    ['Nest Doorbell (battery)', 'Nest Doorbell (wired)'],
  ],
])('a %s that streams over %j and can do %j is %j', (type, protocols, traits, models) => {
  expect(modelsOf(device(type, protocols, traits))).toEqual(models);
});

it.each([
  ['streams in a new way', device('CAMERA', ['WEB_RTC', 'NEW'], [])],
  ['can do more', device('CAMERA', ['WEB_RTC'], ['CameraSmell'])],
  ['can do less', device('DOORBELL', ['WEB_RTC'], ['DoorbellChime'])],
  ['is of another type', device('THERMOSTAT', ['WEB_RTC'], [])],
  ['does not say how it streams', device('CAMERA', undefined, [])],
  ['has no traits', { type: 'sdm.devices.types.CAMERA' }],
  ['is none of Google', null],
])('what %s is not identified', (_why, info) => {
  expect(modelsOf(info)).toBeNull();
});
