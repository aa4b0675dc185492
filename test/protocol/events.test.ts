/** Pins the body of an event on MQTT (contract 1.5, 2.6), and the one name that NestMTX sends and does not document. */

import { expect, it } from 'vitest';
import { type BridgeEvent, canonicalEventName, encodeEvent, encodeMisspelt } from '../../src/protocol/events.ts';

const at = '2026-11-21T10:00:00.000Z';
const ready: BridgeEvent = { domain: 'camera', event: 'ready', entity: 7, details: { seq: 3 }, at };

it('an event has five keys in this order, and an unknown entity is the word null', () => {
  const body = '{"domain":"camera","event":"ready","entity":7,"details":{"seq":3},"at":"2026-11-21T10:00:00.000Z"}';
  expect(encodeEvent(ready)).toBe(body);
  expect(encodeEvent({ ...ready, entity: null })).toBe(body.replace('7,', '"null",'));
});

it('the one that NestMTX misspells is known by both names, and every other by its own', () => {
  const unDemand: BridgeEvent = { ...ready, event: 'unDemand' };
  expect(encodeMisspelt(unDemand)).toBe(encodeEvent(unDemand).replace('unDemand', 'undemand'));
  expect(encodeMisspelt(ready)).toBe(encodeEvent(ready));
  expect(['undemand', 'unDemand', 'ready'].map(canonicalEventName)).toEqual(['unDemand', 'unDemand', 'ready']);
});
