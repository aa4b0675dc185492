/** Owns how a device of Google is read: which are cameras, what they are called and how they are watched. Pure. */

import { isObject, type JsonObject } from '../protocol/envelope.ts';

export interface Device {
  /** `enterprises/<project>/devices/<id>`: Google's name, unique and lasting. */
  readonly uid: string;
  readonly name: string;
  readonly room: string;
  /** As Google sent it. */
  readonly info: JsonObject;
}

export type StreamProtocol = 'RTSP' | 'WEB_RTC';

const TRAITS = 'sdm.devices.traits.';
/** The name becomes part of an address. */
const NAME = /^enterprises\/[\w.~-]+\/devices\/[\w.~-]+$/;

/** @returns undefined for what is no camera */
export function deviceOf(info: JsonObject): Device | undefined {
  const { name: uid, traits, parentRelations } = info;
  if (typeof uid !== 'string' || !NAME.test(uid) || !isObject(traits)) return undefined;
  if (!Object.keys(traits).some((trait) => trait.startsWith(`${TRAITS}Camera`))) return undefined;
  const [parent] = Array.isArray(parentRelations) ? parentRelations : [];
  const room = textIn(parent, 'displayName') ?? 'Unknown';
  // Nobody has to give a device a name of its own: then it goes by its room.
  return { uid, room, name: textIn(traits[`${TRAITS}Info`], 'customName') ?? room, info };
}

/** Where WEB_RTC is listed, only the commands of WebRTC work, whatever is listed besides. */
export function protocolOf(info: JsonObject | null): StreamProtocol {
  const traits = info?.['traits'];
  const stream = isObject(traits) ? traits[`${TRAITS}CameraLiveStream`] : undefined;
  const supported = isObject(stream) ? stream['supportedProtocols'] : undefined;
  return Array.isArray(supported) && supported.includes('WEB_RTC') ? 'WEB_RTC' : 'RTSP';
}

/** What Google says of the device's own connection; undefined where it says nothing, as of most. */
export function connectionOf(info: JsonObject): 'up' | 'unreachable' | undefined {
  const { traits } = info;
  const status = textIn(isObject(traits) ? traits[`${TRAITS}Connectivity`] : undefined, 'status');
  if (status === 'ONLINE') return 'up';
  return status === 'OFFLINE' ? 'unreachable' : undefined;
}

function textIn(value: unknown, key: string): string | undefined {
  const text = isObject(value) ? value[key] : undefined;
  return typeof text === 'string' && text !== '' ? text : undefined;
}
