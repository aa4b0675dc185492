/** Owns which models of Nest cameras a device may be, by what Google says that each of them can do. Pure. */

import { isObject, type JsonObject } from '../../protocol/envelope.ts';

interface Model {
  readonly name: string;
  /** Last part of the device's type. */
  readonly type: 'CAMERA' | 'DISPLAY' | 'DOORBELL';
  readonly protocols: readonly string[];
  /** Besides those that all have. */
  readonly traits: readonly string[];
}

const COMMON = ['Info', 'CameraLiveStream', 'CameraMotion', 'CameraPerson'];
const IMAGES = ['CameraEventImage', 'CameraImage', 'CameraSound'];

/** After Google's list of supported devices, under the names that NestMTX shows. */
const MODELS: readonly Model[] = [
  { name: 'Nest Cam (legacy)', type: 'CAMERA', protocols: ['RTSP', 'WEB_RTC'], traits: IMAGES },
  { name: 'Nest Cam (outdoor or indoor, battery)', type: 'CAMERA', protocols: ['WEB_RTC'], traits: [] },
  { name: 'Nest Cam with floodlight', type: 'CAMERA', protocols: ['WEB_RTC'], traits: [] },
  { name: 'Nest Cam (indoor, wired)', type: 'CAMERA', protocols: ['WEB_RTC'], traits: [] },
  { name: 'Nest Hub Max', type: 'DISPLAY', protocols: ['RTSP'], traits: IMAGES },
  { name: 'Nest Doorbell (legacy)', type: 'DOORBELL', protocols: ['RTSP'], traits: [...IMAGES, 'DoorbellChime'] },
  ...['Nest Doorbell (battery)', 'Nest Doorbell (wired)'].map((name) => ({
    name,
    type: 'DOORBELL' as const,
    protocols: ['WEB_RTC'],
    traits: ['CameraClipPreview', 'DoorbellChime'],
  })),
];

/** @param info the device as Google describes it. Null where it fits none: a new model, or no answer of Google's. */
export function modelsOf(info: Readonly<Record<string, unknown>> | null): string[] | null {
  const traits = info?.['traits'];
  if (!isObject(traits)) return null;
  const type = String(info?.['type']).replace('sdm.devices.types.', '');
  const named = Object.keys(traits).map((trait) => trait.replace('sdm.devices.traits.', ''));
  const protocols = protocolsIn(traits);
  const fitting = MODELS.filter(
    (model) =>
      model.type === type &&
      protocols.length > 0 &&
      protocols.every((protocol) => model.protocols.includes(protocol)) &&
      isSameSet(named, [...COMMON, ...model.traits]),
  );
  return fitting.length > 0 ? fitting.map(({ name }) => name) : null;
}

function protocolsIn(traits: JsonObject): string[] {
  const stream = traits['sdm.devices.traits.CameraLiveStream'];
  const supported = isObject(stream) ? stream['supportedProtocols'] : undefined;
  return Array.isArray(supported) ? supported.map(String) : [];
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}
