/** Pins that a text from outside never finds what every object has: `constructor` is a name like any other that nobody knows. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAMERA } from '../nodes/runtime/camera/settings.ts';
import { durationMs } from '../nodes/runtime/duration.ts';
import { alarmEndedBy, isAlarm, relativesOf, stateOf } from '../nodes/runtime/event/meanings.ts';
import { splitCommand } from '../src/cli/arguments.ts';
import { targetOf } from '../src/client/address.ts';
import { unreachable } from '../src/client/reasons/unreachable.ts';
import { loadConfig } from '../src/config/load.ts';
import { createConnectionBundles } from '../src/core/instances/bundles/bundles.ts';
import { rightFor } from '../src/core/requests/access.ts';
import { fromTexts } from '../src/core/requests/payload.ts';
import { noticedIn } from '../src/google/noticed/message.ts';
import { createControlApi } from '../src/mediamtx/control-api.ts';
import { mediaMtxHooks } from '../src/mediamtx/hooks.ts';
import { type BridgeEvent, encodeMisspelt } from '../src/protocol/events.ts';
import { nestMtxLine } from '../src/transports/socketio/log-line.ts';

/** `constructor`, `__proto__`, `toString` and so on. */
const NAMES = Object.getOwnPropertyNames(Object.prototype);
const each = fc.constantFrom(...NAMES);

describe('nobody knows', () => {
  it.each(NAMES)('%s as a protocol', (name) => {
    expect(() => targetOf({ url: `${name.replaceAll('_', '')}://broker.example` }, {})).toThrow('must read like');
  });

  it.each(NAMES)('%s as the code of a fault', (code) => {
    const { cause, words } = unreachable(Object.assign(new Error('it broke'), { code }), 'MQTT');
    expect([cause, words]).toEqual(['protocol', expect.stringMatching(/^what listens there does not speak MQTT/)]);
  });

  it.each(NAMES)('%s as an event', (event) => {
    expect([stateOf(event), relativesOf(event), isAlarm(event), alarmEndedBy(event)]).toEqual([
      ...[undefined, [], false],
      undefined,
    ]);
    const told: BridgeEvent = JSON.parse(JSON.stringify({ domain: 'camera', event, entity: 1, details: {}, at: '' }));
    expect(JSON.parse(encodeMisspelt(told)).event).toBe(event);
    const body = { resourceUpdate: { name: 'a device', events: Object.fromEntries([[event, {}]]) } };
    const data = Buffer.from(JSON.stringify(body)).toString('base64');
    expect(noticedIn({ data, publishTime: '2026-11-21T16:48:30Z' })).toEqual([]);
    const hooks = mediaMtxHooks(async () => undefined, { admit: () => undefined, isRefusing: false });
    expect(() => hooks.answer({ name: event, headers: {}, address: '127.0.0.1' }, { path: 'door' })).toThrow(
      `Unknown action: ${event}`,
    );
  });

  it.each(NAMES)('%s as what reads at MediaMTX', async (type) => {
    const asked: string[] = [];
    const api = createControlApi(async (_method, path) => {
      asked.push(path);
      return {};
    });
    expect(await api.kick({ type, id: 'r1' })).toBe(false);
    expect(asked).toEqual([]);
  });

  it.each(NAMES)('%s as a module, a key of a form, a level, an option, a duration or a truth', (name) => {
    expect(rightFor(name, 'list')).toBeUndefined();
    const texts = Object.fromEntries([[name, '7']]);
    expect(fromTexts(texts, { properties: { page: { type: 'integer' } } })).toEqual(texts);
    expect(nestMtxLine(JSON.stringify({ level: name, time: '2026-11-21T16:48:30Z' }))['level']).toBe(30);
    expect(splitCommand([`--${name}`, 'list'])).toEqual({ name: 'list', rest: [`--${name}`] });
    expect(durationMs(`5 ${name}`)).toBeUndefined();
    const env = { HA_DISCOVERY: name };
    expect(() => loadConfig({ env, cwd: '/', readFile: () => '' })).toThrow();
  });

  it.each(NAMES)('%s as a bundle', async (name) => {
    const access = JSON.parse('{ "server": "broker.example", "port": "1883", "user": "Hcixd1Fx", "password": "p" }');
    expect(await createConnectionBundles([], async () => '').make(name, access)).toBeUndefined();
  });
});

it('a camera that is called by such a name has the name that was saved, and no other', () => {
  fc.assert(
    fc.property(each, fc.string(), fc.boolean(), (id, name, isSaved) => {
      const names = CAMERA.fields.names.read(Object.fromEntries(isSaved ? [[id, name]] : []));
      expect(names?.get(id)).toBe(isSaved ? name : undefined);
    }),
  );
});
