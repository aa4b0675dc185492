/** Owns what the request node is told, and in which form it comes in. */

import { flag, oneOf, text, typedText, type Values } from '../values.ts';

export const REQUEST = {
  fields: {
    server: text(),
    command: typedText(),
    commandType: text('verb'),
    module: typedText(),
    moduleType: text('module'),
    entity: typedText(),
    entityType: text('record'),
    payload: typedText(),
    payloadType: text('msg'),
    timeout: typedText(),
    timeoutType: text('num'),
    /** What becomes of a list that has several pages: one of them, all as one array, or a message for each item. */
    paging: oneOf('page', 'all', 'stream'),
    /** Whether what goes wrong comes out of a second output. */
    errorOutput: flag(),
  },
  secrets: {},
} as const;

export type RequestFields = Values<typeof REQUEST.fields>;
