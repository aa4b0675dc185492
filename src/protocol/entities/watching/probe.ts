/** Owns what the wire takes and shows of a look at an address that is no camera's yet, or no broker of ours. */

import type { FromSchema } from 'json-schema-to-ts';

export const PROBE_REQUEST = {
  type: 'object',
  properties: {
    url: {
      type: 'string',
      minLength: 1,
      maxLength: 2048,
      description: 'An rtsp or rtsps URL, with its login; or an mqtt or mqtts URL of a broker, without',
    },
    mtx_path: {
      type: ['string', 'null'],
      minLength: 1,
      maxLength: 1024,
      description: 'In place of `url`: a path of MediaMTX',
    },
    stream: {
      type: ['string', 'null'],
      minLength: 1,
      maxLength: 1024,
      description: 'In place of `url`: a stream of go2rtc',
    },
    username: { type: ['string', 'null'], maxLength: 1024, description: 'At a broker' },
    password: { type: ['string', 'null'], maxLength: 1024, description: 'At a broker' },
    fingerprint: {
      type: ['string', 'null'],
      pattern: '^[0-9A-Fa-f]{64}$',
      description: "SHA-256 of the camera's own certificate, in hex: then that one is trusted",
    },
  },
  additionalProperties: false,
} as const;

export type ProbeRequest = FromSchema<typeof PROBE_REQUEST>;

/** The same words as the reasons of a camera that is down; `up` for one that is there. Never renamed. */
export const PROBE_FINDINGS = {
  up: 'there is a camera, and it has this stream',
  refused: 'the host is there, and nothing listens at that port',
  unauthorised: 'the camera is there, and does not take this name and password',
  unverified: 'the camera is there, and its certificate does not show that it is itself: no password goes to it',
  'wrong-path': 'the camera is there, and has no such stream',
  silent: 'nobody answers in time',
  unreachable: 'there is no way to that host, or no such name',
  broken: 'something answers, and not with a stream',
} as const;

/** The same of a broker. */
export const BROKER_FINDINGS = {
  up: 'the broker is there, and takes this login',
  refused: 'the host is there, and nothing listens at that port',
  unauthorised: 'the broker is there, and does not take this name and password',
  unverified: 'something is there, and its certificate does not show that it is itself: no password goes to it',
  silent: 'nobody answers in time',
  unreachable: 'there is no way to that host, or no such name',
  broken: 'something answers, and it is no MQTT broker, or speaks otherwise: with TLS, or without',
} as const satisfies Partial<Record<keyof typeof PROBE_FINDINGS, string>>;

export const PROBE_RESULT = {
  title: 'ProbeResult',
  type: 'object',
  properties: {
    finding: { enum: Object.keys(PROBE_FINDINGS) as (keyof typeof PROBE_FINDINGS)[] },
    message: { type: 'string', description: 'The same in words' },
  },
  required: ['finding', 'message'],
  additionalProperties: false,
} as const;

export type ProbeResult = Readonly<FromSchema<typeof PROBE_RESULT>>;
