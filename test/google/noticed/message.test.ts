/** Pins how Google's messages are read: what is known of them, and that nothing they may hold does harm. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noticeable, noticedIn } from '../../../src/google/noticed/message.ts';

const DEVICE = 'enterprises/p/devices/d';
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const message = (events: object, more: object = {}) => ({
  data: base64({
    eventId: 'of-message',
    timestamp: '2026-11-21T10:00:00Z',
    resourceUpdate: { name: DEVICE, events },
    ...more,
  }),
  publishTime: '2026-11-21T10:00:05Z',
});
const motion = (ids: object) => message({ 'sdm.devices.events.CameraMotion.Motion': ids });
const keyOf = (sent: ReturnType<typeof message>) => noticedIn(sent)[0]?.key;

describe('a message of Google', () => {
  it('may tell of several things at once, of which some are nothing to us', () => {
    const told = noticedIn(
      message({
        'sdm.devices.events.DoorbellChime.Chime': { eventSessionId: 's', eventId: '1' },
        'sdm.devices.events.CameraPerson.Person': { eventSessionId: 's', eventId: '2' },
        'sdm.devices.events.CameraClipPreview.ClipPreview': { eventSessionId: 's', previewUrl: 'https://x.example' },
      }),
    );
    expect(told.map(({ what }) => what)).toEqual(['chime', 'person']);
    expect(told[0]).toMatchObject({ device: DEVICE, atMs: Date.parse('2026-11-21T10:00:00Z') });
  });

  it('is known again by session and event, and by itself only where it names neither', () => {
    expect(keyOf(motion({ eventSessionId: 's', eventId: '1' }))).toBe(
      keyOf(motion({ eventSessionId: 's', eventId: '1' })),
    );
    expect(keyOf(motion({ eventSessionId: 's', eventId: '1' }))).not.toBe(
      keyOf(motion({ eventSessionId: 's', eventId: '2' })),
    );
    expect(keyOf(motion({}))).toContain('of-message');
  });

  it('that says no time has that of its publication', () => {
    const [told] = noticedIn(message({ 'sdm.devices.events.CameraSound.Sound': {} }, { timestamp: 'soon' }));
    expect(told?.atMs).toBe(Date.parse('2026-11-21T10:00:05Z'));
  });

  it('may hold anything', () => {
    const anything = fc.oneof(fc.string(), fc.jsonValue().map(base64), fc.jsonValue());
    fc.assert(
      fc.property(anything, fc.jsonValue(), (data, publishTime) => noticedIn({ data, publishTime }).length === 0),
    );
    const events = fc.dictionary(
      fc.constantFrom('sdm.devices.events.CameraMotion.Motion', '__proto__', 'toString'),
      fc.jsonValue(),
    );
    fc.assert(fc.property(events, (held) => noticedIn(message(held)).every(({ what }) => what === 'motion')));
  });
});

it('a device says by its traits what it may notice', () => {
  const traits = {
    'sdm.devices.traits.Info': {},
    'sdm.devices.traits.CameraMotion': {},
    'sdm.devices.traits.DoorbellChime': {},
  };
  expect(noticeable({ traits })).toEqual(['motion', 'chime']);
  expect(noticeable({ traits: null })).toEqual([]);
  expect(noticeable(null)).toEqual([]);
});
