/** Pins the topics of the service: what is built can be parsed, and only legal ids become topics. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTopicName } from '../../src/protocol/topic-match.ts';
import { isBaseTopic, isRequestId, parseEventTopic, topicsOf } from '../../src/protocol/topics.ts';

const word = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/);
const base = fc.array(word, { minLength: 1, maxLength: 3 }).map((levels) => levels.join('/'));

describe('event topics', () => {
  it('come in both spellings by default, plain first', () => {
    expect(topicsOf('home/nestmtx').event('camera', 7, 'ready')).toEqual([
      'home/nestmtx/events/camera/7/ready',
      'home/nestmtx/stream/camera/ready',
      '/home/nestmtx/events/camera/7/ready',
      '/home/nestmtx/stream/camera/ready',
    ]);
  });

  it('name an unknown entity null, and come in one spelling if so wanted', () => {
    const plain = ['n/events/camera/null/ready', 'n/stream/camera/ready'];
    expect(topicsOf('n', 'plain').event('camera', null, 'ready')).toEqual(plain);
    expect(topicsOf('n', 'documented').event('camera', null, 'ready')).toEqual(plain.map((topic) => `/${topic}`));
  });

  it('are misspelt, too, where NestMTX misspells one and both spellings are wanted', () => {
    expect(topicsOf('n').misspelt('camera', 7, 'unDemand')).toEqual([
      'n/events/camera/7/undemand',
      'n/stream/camera/undemand',
    ]);
    expect(topicsOf('n').misspelt('camera', 7, 'demand')).toEqual([]);
    for (const one of ['plain', 'documented'] as const) {
      expect(topicsOf('n', one).misspelt('camera', 7, 'unDemand')).toEqual([]);
    }
  });

  it('are read back as they were built, whatever the base topic', () => {
    fc.assert(
      fc.property(base, word, fc.option(fc.nat()), word, (root, domain, entity, event) => {
        const [events, stream, documented] = topicsOf(root).event(domain, entity, event);
        const parsed = { kind: 'events', domain, entity: entity === null ? null : String(entity), event };
        expect(parseEventTopic(root, events ?? '')).toEqual(parsed);
        expect(parseEventTopic(root, documented ?? '')).toEqual(parsed);
        expect(parseEventTopic(root, stream ?? '')).toEqual({ kind: 'stream', domain, entity: null, event });
      }),
    );
  });

  it.each([
    'n/events/camera/7',
    'n/events/camera/7/ready/x',
    'n/stream/camera',
    'n/stream/camera/ready/x',
    'n/other/camera/7/ready',
    'n/stream/camera/7/ready',
    'n/requests',
    'm/events/camera/7/ready',
    'n/events//7/ready',
  ])('%s is no event topic under n', (topic) => expect(parseEventTopic('n', topic)).toBeUndefined());
});

it('all other topics are below the base topic, too', () => {
  const topics = topicsOf('home/n');
  const { base, requests, failures, availability, responsePrefix, lastEvent } = topics;
  expect([base, requests, failures, availability, responsePrefix, lastEvent]).toEqual([
    'home/n',
    'home/n/requests',
    'home/n/failures',
    'home/n/availability',
    'home/n/responses/',
    'home/n/state/last-event',
  ]);
  expect([topics.response('a/b'), topics.cameraState(7), topics.cameraPicture('{id}')]).toEqual([
    'home/n/responses/a/b',
    'home/n/state/camera/7',
    'home/n/snapshot/camera/{id}',
  ]);
});

describe('request ids', () => {
  it.each(['1', 'a b', 'a/b/c', 'x'.repeat(128), 'ü'])('%s may become a topic', (id) =>
    expect(isRequestId(id)).toBe(true),
  );

  it.each([
    '',
    '#',
    'a+b',
    '/a',
    'a/',
    'x'.repeat(129),
    'a\0',
    'a\u0001',
    'a\u0085',
    '\ufdd0',
    '\uffff',
    '\ud800',
    7,
    null,
  ])('%j may not', (id) => {
    expect(isRequestId(id)).toBe(false);
  });

  it('always make a legal topic', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (id) => {
        fc.pre(isRequestId(id));
        return isTopicName(topicsOf('nestmtx').response(id));
      }),
      { numRuns: 2000 },
    );
  });
});

it('a base topic has any number of levels, but no wildcard, no outer slash and no leading $', () => {
  expect(['a', 'a/b/c'].every(isBaseTopic)).toBe(true);
  expect(['', '/a', 'a/', 'a/+', '#', '$SYS/a'].some(isBaseTopic)).toBe(false);
});
