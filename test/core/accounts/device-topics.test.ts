/** Pins which topics a device may be given, and in which words others are refused. */

import { describe, expect, it } from 'vitest';
import { sharedTopics, topicsFor } from '../../../src/core/accounts/device-topics.ts';
import { ApiError } from '../../../src/protocol/api-error.ts';

const taken = { base: 'home/bridge', isInstanceRoot: (name: string) => name === 'alice' };

function refusal(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return { code: error.code, message: error.message, details: error.details };
    throw error;
  }
  return 'granted';
}

const given = (...topics: string[]) => refusal(() => topicsFor('device', topics, taken));

describe('a device', () => {
  it.each([
    ...['tele/plug/#', 'tele/+/state', '/tele/plug', 'tele', '/', 'a/$b', 'alicex', 'x/alice', 'home/other/#', 'a\n/b'],
    ...[
      'home/bridge/availability',
      'home/bridge/state/#',
      'home/bridge/snapshot/camera/1',
      'home/bridge/events/+/1/ready',
    ],
    ...['home/bridge/stream/#', 'home/bridge/homeassistant/#', 'home/bridge/command/#'],
    ...['/home/bridge/events/#', '/home/bridge/stream/x'],
  ])('may be given %j', (topic) => {
    expect(topicsFor('device', ['first', topic], taken)).toEqual(['first', topic]);
  });

  it.each([
    ['a#', 'must be a topic filter'],
    ['', 'must be a topic filter'],
    ['$SYS/#', 'must not begin with $'],
    ['$share/g/a', 'must not begin with $'],
    ...['#', '+/x', '+', '/#', '/+/x'].map((topic) => [topic, 'must begin with a level that is no wildcard']),
    ...['alice', 'alice/#', '/alice', '/alice/a/b', 'alice/a\nb'].map((topic) => [
      topic,
      'must not be the topics of an MQTT instance',
    ]),
    ...[
      'home/bridge/#',
      'home/bridge/requests',
      'home/bridge',
      'home/+/state',
      'home/#',
      '/home/bridge/state/#',
      '/home/bridge/#',
    ].map((topic) => [topic, 'must not reach into home/bridge/#, but for what the service shares']),
  ])('is not given %j: it %s', (topic = '', words) => {
    expect(given('first', topic)).toEqual({
      code: 'invalid_payload',
      message: `"payload.topics.1" ${words}`,
      details: [
        {
          message: `"payload.topics.1" ${words}`,
          path: ['payload', 'topics', 1],
          type: 'string.topic',
          context: { label: 'payload.topics.1', value: topic, key: 1 },
        },
      ],
    });
  });

  it('without topics is refused', () => {
    expect(refusal(() => topicsFor('device', undefined, taken))).toMatchObject({
      code: 'invalid_payload',
      message: '"payload.topics" is required',
      details: [{ type: 'any.required', path: ['payload', 'topics'] }],
    });
  });
});

describe.each(['admin', 'user'] as const)('a user of the role %s', (role) => {
  it('has no topics and gets none', () => {
    expect(topicsFor(role, undefined, taken)).toBeUndefined();
    expect(refusal(() => topicsFor(role, ['tele/#'], taken))).toMatchObject({
      code: 'invalid_payload',
      message: '"payload.topics" is not allowed',
      details: [{ type: 'any.unknown', path: ['payload', 'topics'], context: { value: ['tele/#'] } }],
    });
  });
});

it('what the service shares is spelled out, events in both spellings', () => {
  expect(sharedTopics('n')).toEqual([
    ...['n/availability', 'n/state/#', 'n/snapshot/#', 'n/events/#', 'n/stream/#', 'n/homeassistant/#', 'n/command/#'],
    ...['/n/events/#', '/n/stream/#'],
  ]);
});
