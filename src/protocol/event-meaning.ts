/** Owns what each event means, and what its `details` say (contract 1.5, 2.6, N-42 to N-44). Readers must let unknown keys through. */

import { count, moment, textOrNull } from './entities/fields.ts';
import type { EVENTS, EventDomain } from './events.ts';

/** The schema of one value, with an example. */
interface Field {
  readonly examples: readonly unknown[];
  readonly [keyword: string]: unknown;
}

export interface EventMeaning {
  /** Ends the sentence "Published when ...". */
  readonly when: string;
  /** Every key is there. */
  readonly details: Readonly<Record<string, Field>>;
}

type Meanings = { readonly [Domain in EventDomain]: Readonly<Record<(typeof EVENTS)[Domain][number], EventMeaning>> };

const name = { type: 'string', examples: ['Garage door'] };
const seq = { ...count, description: 'Number of the change; rises with each, over restarts too', examples: [7] };
/** Of whatever goes on at a path: one that belongs to no camera has neither name nor id (contract 2.6). */
const camera = {
  name: { ...textOrNull, description: 'Null where the path belongs to no camera', examples: ['Garage door'] },
  enabled: { type: ['boolean', 'null'], examples: [true] },
  path: { ...textOrNull, description: 'Path of the stream in MediaMTX', examples: ['garage'] },
  query: { type: 'string', description: 'What the reader asked for besides', examples: [''] },
  seq,
};
const feed = {
  ...camera,
  sourceType: { type: 'string', description: 'Empty where it is not known', examples: ['srtConn'] },
  sourceId: { type: 'string', examples: ['5c2c9b6e-0d6f-4d1c-9c39-5b8e8e0c7b11'] },
};
const reason = { ...textOrNull, examples: ['refused'] };
const reader = {
  ...camera,
  readerType: { type: 'string', examples: ['rtspSession'] },
  readerId: { type: 'string', examples: ['3f0a7c52-8a4e-4a57-b1de-0f2f6b0d9a90'] },
};
const failure = {
  type: 'object',
  properties: {
    message: { type: 'string', description: 'For people; holds no secret' },
    code: { type: 'string', description: "Google's word for it; `UNAVAILABLE` also where Google could not be reached" },
    status: {
      type: 'integer',
      description: 'An HTTP status; 503 also where Google could not be reached, or was not asked',
    },
  },
  required: ['message', 'code', 'status'],
  examples: [{ message: 'Camera stream cannot be extended', code: 'FAILED_PRECONDITION', status: 400 }],
};
const source = {
  source: { type: 'string', description: 'Which one', examples: ['mediamtx'] },
  reason: { type: 'string', description: 'What its cameras have for their reason', examples: ['mediamtx-unreachable'] },
  cameras: { ...count, description: 'How many cameras nobody knows anything of without it', examples: [12] },
};
const project = { type: 'string', description: 'Of the credentials', examples: ['House'] };

export const EVENT_MEANINGS: Meanings = {
  camera: {
    demand: { when: 'somebody asks for the feed', details: camera },
    unDemand: { when: 'nobody is left who reads the feed', details: camera },
    ready: { when: 'the feed can be read', details: feed },
    notReady: {
      when: 'the feed can no longer be read',
      details: { ...feed, reason: { ...reason, description: 'Null where nothing is wrong: nobody wants it any more' } },
    },
    read: { when: 'a reader starts', details: reader },
    unread: { when: 'a reader stops', details: reader },
    extended: {
      when: 'the stream was extended at its source',
      details: { name, expiresAt: { ...moment, examples: ['2026-11-21T16:53:30.698Z'] }, seq },
    },
    'failed-extension': {
      when: 'the stream could not be extended at its source',
      details: { name, error: failure, seq },
    },
    stalled: { when: 'the feed is up but carries nothing any more', details: camera },
    offline: {
      when: 'the camera is found to be down',
      details: { ...camera, reason: { ...reason, description: 'Why, as far as it is known' } },
    },
    online: {
      when: 'the camera is there again after it was down',
      details: { ...camera, reason: { ...reason, description: 'Why it was down' } },
    },
    motion: { when: 'the camera noticed that something moves', details: camera },
    person: { when: 'the camera noticed a person', details: camera },
    sound: { when: 'the camera noticed a sound', details: camera },
    chime: { when: 'somebody rang the doorbell', details: camera },
    created: { when: 'the camera was added', details: camera },
    updated: { when: 'the camera was changed', details: camera },
    removed: { when: 'the camera was removed', details: camera },
  },
  credentials: {
    authenticated: { when: 'credentials that had no authorisation got one', details: { description: project } },
    reauthenticated: { when: 'the authorisation was refreshed', details: { description: project } },
    unauthenticated: {
      when: 'the authorisation was lost: somebody must authorise again',
      details: {
        description: project,
        error: { type: 'string', examples: ['Google does not know this client or its secret (invalid_client)'] },
      },
    },
  },
  source: {
    offline: { when: 'whatever tells of cameras cannot be asked any more', details: source },
    online: { when: 'it can be asked again', details: source },
  },
  logins: {
    failed: {
      when: 'several logins have failed: at the fifth, and no more than once in ten minutes',
      details: {
        attempts: { ...count, description: 'How many have failed until now', examples: [5] },
        network: {
          type: 'string',
          description: 'Where the last one came from: an IPv4 address, or the network of an IPv6 one',
          examples: ['192.0.2.44'],
        },
      },
    },
  },
};
