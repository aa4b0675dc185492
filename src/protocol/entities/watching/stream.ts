/** Owns what the wire takes and shows of a stream that is watched by WebRTC, and why there is none: a reason for programs, with its words for people. */

import type { FromSchema } from 'json-schema-to-ts';
import { ApiError } from '../../api-error.ts';
import { id } from '../fields.ts';

/** An offer of a browser with all its candidates has a few kilobytes. */
export const MAX_SDP_CHARACTERS = 32 * 1024;

export const STREAM_OFFER = {
  type: 'object',
  properties: {
    camera: { type: ['string', 'integer'], description: 'Id of the camera' },
    offer: {
      type: 'string',
      minLength: 1,
      maxLength: MAX_SDP_CHARACTERS,
      pattern: '^v=0\\r?\\n',
      description: 'SDP with all its candidates: none is taken afterwards',
    },
  },
  required: ['camera', 'offer'],
  additionalProperties: false,
} as const;

export type StreamOffer = FromSchema<typeof STREAM_OFFER>;

export const STREAM_ANSWER = {
  title: 'StreamAnswer',
  type: 'object',
  properties: {
    id: { type: 'string', description: 'To end it by' },
    camera: id,
    answer: { type: 'string', description: 'SDP with all its candidates' },
  },
  required: ['id', 'camera', 'answer'],
  additionalProperties: false,
} as const;

export type StreamAnswer = Readonly<FromSchema<typeof STREAM_ANSWER>>;

const ICE_SERVER = {
  title: 'IceServer',
  type: 'object',
  description: 'As a browser takes it',
  properties: {
    urls: { type: 'array', items: { type: 'string' }, minItems: 1 },
    username: { type: 'string' },
    credential: { type: 'string' },
  },
  required: ['urls'],
  additionalProperties: false,
} as const;

export type IceServer = Readonly<FromSchema<typeof ICE_SERVER>>;

export const STREAM = {
  title: 'Stream',
  type: 'object',
  properties: {
    camera: id,
    iceServers: {
      type: 'array',
      items: ICE_SERVER,
      description: 'Those that whoever carries the stream names; to be known before the offer is made',
    },
  },
  required: ['camera', 'iceServers'],
  additionalProperties: false,
} as const;

export type Stream = Readonly<FromSchema<typeof STREAM>>;

/** Reasons are never renamed. */
export const STREAM_FAULTS = {
  disabled: 'the camera is disabled, or stopped',
  no_server: 'nothing here serves this camera by WebRTC: it needs MediaMTX or go2rtc, with WebRTC switched on',
  not_ready: 'there is no stream at the moment',
  unauthorised: 'whoever carries the stream refuses our login for it',
  unreachable: 'whatever carries the stream does not answer by WebRTC',
  unplayable: 'browser and camera have no format in common: browsers play H.264, and few of them H.265',
} as const;

export type StreamFault = keyof typeof STREAM_FAULTS;

/** The reason stands in `details[0].type`, after `stream.` */
export function noStream(fault: StreamFault, cause?: unknown): ApiError {
  const message = `No stream: ${STREAM_FAULTS[fault]}`;
  const detail = {
    message,
    path: ['payload', 'camera'],
    type: `stream.${fault}`,
    context: { label: 'payload.camera', key: 'camera' },
  };
  return new ApiError('no_stream', { message, details: [detail], cause });
}
