/** Owns the messages nobody asks for: one for each event, the state of a camera, and whether the service is there. */

import { moment } from '../../protocol/entities/fields.ts';
import { EVENT_MEANINGS, type EventMeaning } from '../../protocol/event-meaning.ts';
import { CAMERA_STATE, LAST_EVENT, MISSPELT, OWN_EVENTS } from '../../protocol/events.ts';
import type { Components } from '../components.ts';
import type { Messages } from '../messages.ts';
import { capitalised } from '../operations.ts';

const AT = '2026-11-21T16:48:30.698Z';
const LATE = { const: true, description: 'It could not be published when it happened; absent else' };
const ENTITY = { type: ['integer', 'string'], description: 'The id; the text `null` where it is not known' };

/** Returns their names. */
export function addEventMessages(components: Components, messages: Messages): string[] {
  return Object.entries(EVENT_MEANINGS).flatMap(([domain, events]) =>
    Object.entries(events).map(([event, { when, details }]) => {
      const properties = {
        domain: { const: domain },
        event: eventName(event),
        entity: ENTITY,
        details: { type: 'object', properties: { ...details, late: LATE }, required: Object.keys(details) },
        at: { ...moment, description: 'When it was observed' },
      };
      return messages.add(`${domain}${capitalised(event)}`, {
        summary: `Published when ${when}`,
        ...(OWN_EVENTS.includes(event) ? { description: 'Ours: NestMTX has no such event' } : {}),
        tags: [{ name: domain }],
        payload: components.received({ type: 'object', properties, required: Object.keys(properties) }),
        examples: [
          {
            name: 'example',
            payload: {
              domain,
              event,
              entity: domain === 'source' || domain === 'logins' ? 'null' : 1,
              details: exampleOf(details),
              at: AT,
            },
          },
        ],
      });
    }),
  );
}

function eventName(event: string) {
  const misspelt = MISSPELT.get(event);
  if (misspelt === undefined) return { const: event };
  return {
    enum: [event, misspelt],
    description: `NestMTX documents \`${event}\` and sends \`${misspelt}\`: we send both`,
  };
}

/** Returns their names. */
export function addStateMessages(components: Components, messages: Messages) {
  const idle = {
    ready: false,
    demanded: false,
    readers: 0,
    since: null,
    reason: null,
    path: null,
    seq: 1,
    online: null,
    enabled: false,
  };
  const watched = {
    ready: true,
    demanded: true,
    readers: 2,
    since: AT,
    reason: null,
    path: 'garage',
    seq: 7,
    online: true,
    enabled: true,
  };
  return {
    state: messages.add('cameraState', {
      summary: 'What a camera is now',
      payload: components.received(CAMERA_STATE),
      examples: [
        { name: 'new', summary: 'Nothing was observed yet', payload: idle },
        { name: 'watched', summary: 'Two are watching', payload: watched },
      ],
    }),
    lastEvent: messages.add('lastEvent', {
      summary: 'Which event was published last',
      payload: components.received(LAST_EVENT),
      examples: [{ name: 'example', payload: { number: 7, at: AT } }],
    }),
    picture: messages.add('cameraPicture', { summary: 'The last picture of a camera', contentType: 'image/jpeg' }),
    noPicture: messages.add('cameraNoPicture', {
      summary: 'The camera was removed or switched off, or its picture is published no more: zero bytes',
    }),
    gone: messages.add('cameraGone', { summary: 'The camera was removed: zero bytes' }),
    availability: messages.add('availability', {
      summary: 'Whether the service is there',
      contentType: 'text/plain',
      payload: { type: 'string', enum: ['online', 'offline'] },
      examples: [
        { name: 'online', payload: 'online' },
        { name: 'offline', payload: 'offline' },
      ],
    }),
  };
}

function exampleOf(details: EventMeaning['details']): object {
  return Object.fromEntries(Object.entries(details).map(([key, { examples }]) => [key, examples[0]]));
}
