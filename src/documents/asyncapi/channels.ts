/** Owns the channels: every topic of ours with the messages on it, and what the service sends unasked. */

import { EVENTS, MISSPELT } from '../../protocol/events.ts';
import type { Topics } from '../../protocol/topics.ts';
import type { Components } from '../components.ts';
import { inChannel, type Messages, ofChannel } from '../messages.ts';
import { capitalised } from '../operations.ts';
import { addEventMessages, addStateMessages } from './events.ts';
import type { Requests } from './requests.ts';

interface Channel {
  readonly address: string;
  readonly description: string;
  readonly messages: readonly string[];
  readonly parameters?: Readonly<Record<string, object>>;
}

/** What the service publishes by itself. */
interface Sending {
  readonly summary: string;
  readonly retain: boolean;
  readonly qos: 0 | 1;
}

export function channelsOf(
  topics: Topics,
  { requests, answers, failure }: Requests,
  components: Components,
  messages: Messages,
) {
  const events = addEventMessages(components, messages);
  const { state, gone, picture, noPicture, lastEvent, availability } = addStateMessages(components, messages);
  const asked: Record<string, Channel> = {
    requests: { address: topics.requests, description: 'Every request, whatever the module', messages: requests },
    responses: {
      address: topics.response('{requestId}'),
      description: 'The answer to the request with this id',
      messages: answers,
      parameters: { requestId: { description: 'The id of the request', location: '$message.payload#/requestId' } },
    },
  };
  const sent: Record<string, Channel & Sending> = {
    failures: {
      address: topics.failures,
      description: 'What came on the topic of requests and was none, or was retained',
      messages: [failure],
      summary: 'Report what was no request',
      retain: false,
      qos: 0,
    },
    cameraState: {
      address: topics.cameraState('{id}'),
      description: 'The truth about a camera for whoever comes late; emptied when the camera is removed',
      messages: [state, gone],
      parameters: { id: { description: 'The id of the camera' } },
      summary: 'Tell what a camera is now',
      ...KEPT,
    },
    lastEvent: {
      address: topics.lastEvent,
      description: 'Which event was published last: for the service itself, which after a crash tells none twice',
      messages: [lastEvent],
      summary: 'Remember which event was published last',
      ...KEPT,
    },
    cameraPicture: {
      address: topics.cameraPicture('{id}'),
      description: 'The last picture, of cameras whose picture is published',
      messages: [picture, noPicture],
      parameters: { id: { description: 'The id of the camera' } },
      summary: 'Show a camera',
      ...KEPT,
    },
    availability: {
      address: topics.availability,
      description: 'Whether the service is there; `offline` is its last will too',
      messages: [availability],
      summary: 'Tell that the service is there, or is not',
      ...KEPT,
    },
    ...Object.fromEntries(eventChannels(topics, events).map((channel) => [channel.name, channel])),
  };
  return {
    channels: Object.fromEntries(
      Object.entries({ ...asked, ...sent }).map(([name, one]) => [name, channelObject(one)]),
    ),
    operations: Object.fromEntries(
      Object.entries(sent).map(([name, one]) => [`send${capitalised(name)}`, sendOperation(name, one)]),
    ),
  };
}

const PASSING = { retain: false, qos: 1 } as const;
const KEPT = { retain: true, qos: 1 } as const;

const PARAMETERS = {
  domain: { description: 'Kind of what the event is about', enum: Object.keys(EVENTS) },
  entity: { description: 'Its id, or `null`' },
  event: { description: 'What happened', enum: [...Object.values(EVENTS).flat(), ...MISSPELT.values()] },
};

/** One per spelling in use. */
function eventChannels(topics: Topics, messages: readonly string[]) {
  return topics.event('{domain}', '{entity}', '{event}').map((address) => {
    const ofOne = address.includes('{entity}');
    const slashed = address.startsWith('/');
    const { entity, ...withoutEntity } = PARAMETERS;
    return {
      name: `${ofOne ? 'events' : 'stream'}${slashed ? 'Slashed' : ''}`,
      address,
      description: `${ofOne ? 'For whoever watches one entity' : 'For whoever watches a whole domain'}${slashed ? ', as documented by NestMTX' : ''}`,
      messages,
      parameters: ofOne ? PARAMETERS : withoutEntity,
      summary: 'Tell what happened',
      ...PASSING,
    };
  });
}

function channelObject({ address, description, messages, parameters }: Channel) {
  return { address, description, messages: inChannel(messages), ...(parameters ? { parameters } : {}) };
}

function sendOperation(name: string, { summary, messages, retain, qos }: Channel & Sending) {
  return {
    action: 'send',
    channel: { $ref: `#/channels/${name}` },
    summary,
    messages: ofChannel(name, messages),
    bindings: { mqtt: { qos, retain, bindingVersion: '0.2.0' } },
  };
}
