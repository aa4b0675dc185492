/** Owns what the wire shows of the software that runs (contract 2.7). */

import type { FromSchema } from 'json-schema-to-ts';

const text = { type: 'string' } as const;

export const VERSION_INFO = {
  title: 'Version',
  type: 'object',
  description: '`none` stands for tools that upstream needs and we do not',
  properties: {
    release: text,
    commit: text,
    platform: text,
    mediamtx: text,
    database: text,
    gstreamer: text,
    ffmpeg: text,
  },
  required: ['release', 'commit', 'platform', 'mediamtx', 'database', 'gstreamer', 'ffmpeg'],
  additionalProperties: false,
} as const;

export type VersionInfo = Readonly<FromSchema<typeof VERSION_INFO>>;
