/** Owns what the camera node is told, and in which form it comes in. */

import { isObject } from '../../../src/protocol/envelope.ts';
import { flag, type Kind, oneOf, text, typedText, type Values } from '../values.ts';

export const CAMERA = {
  fields: {
    server: text(),
    entity: typedText(),
    entityType: text('record'),
    /** By id, as the dialog last heard. */
    names: names(),
    action: oneOf('if', 'wait', 'picture'),
    condition: oneOf('up', 'watched', 'reachable', 'enabled'),
    /** `isNot` turns the condition round. */
    holds: oneOf('is', 'isNot'),
    /** `either`: a new one only where there is no last one. */
    which: oneOf('either', 'last', 'fresh'),
    /** Property of the message that the picture goes to. */
    target: text('payload'),
    /** Of waiting, and of a new picture: a duration. */
    timeout: typedText(),
    timeoutType: text('duration'),
    /** Whether what goes wrong comes out of a second output. */
    errorOutput: flag(),
  },
  secrets: {},
} as const;

export type CameraFields = Values<typeof CAMERA.fields>;

function names(): Kind<ReadonlyMap<string, unknown>> {
  const read = (given: unknown) => (isObject(given) ? new Map(Object.entries(given)) : undefined);
  return { absent: new Map(), words: 'names by id', read };
}
