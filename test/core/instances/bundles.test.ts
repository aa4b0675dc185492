/** Pins what users are given to paste, each read back by the rules of what reads it. */

import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { drawQrCode } from '../../../src/app/qr-code.ts';
import { createConnectionBundles } from '../../../src/core/instances/bundles/bundles.ts';
import { connectionUrl, mosquittoSubLine } from '../../../src/core/instances/bundles/texts.ts';
import type { Instance } from '../../../src/protocol/entities/instance.ts';

const INSTANCE: Instance = {
  _id: '5e23585e02180144b6dcbb05',
  server: 'mqtt.example',
  user: 'Hcixd1Fx',
  password: '09RwX8S5aQET',
  port: '1883',
  owner: '5e10fc5e77ba18070312e171',
  created_at: '2026-11-21T16:48:30.698Z',
  __v: 0,
  label: null,
  enabled: true,
  expires_at: null,
  status: 'active',
  former_valid_until: null,
  home_assistant: false,
};
const SECURE = { ...INSTANCE, port: '8883' };

const bundles = createConnectionBundles(['9883'], drawQrCode);
const textOf = async (kind: string, instance = INSTANCE) => (await bundles.make(kind, instance))?.text ?? '';

interface Node {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly broker?: string;
  readonly wires?: readonly (readonly string[])[];
}

describe('the Node-RED flow', () => {
  it('is a tab whose nodes all lead somewhere, with one broker and its login', async () => {
    const nodes: Node[] = JSON.parse(await textOf('node-red'));
    const ids = nodes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const [tab] = nodes.filter(({ type }) => type === 'tab');
    const [broker, ...others] = nodes.filter(({ type }) => type === 'mqtt-broker');
    expect(others).toEqual([]);
    expect(broker).toMatchObject({
      broker: 'mqtt.example',
      port: '1883',
      usetls: false,
      credentials: { user: 'Hcixd1Fx', password: '09RwX8S5aQET' },
    });
    const placed = nodes.filter((node) => node !== tab && node !== broker);
    expect(placed.map(({ type }) => type)).toEqual(['mqtt in', 'debug', 'inject', 'mqtt out']);
    for (const { z, wires = [], type, ...node } of placed) {
      expect(z).toBe(tab?.id);
      for (const target of wires.flat()) expect(ids).toContain(target);
      if (type.startsWith('mqtt')) expect(node.broker).toBe(broker?.id);
    }
  });

  it('speaks TLS where the port does', async () => {
    expect(JSON.parse(await textOf('node-red', SECURE))).toContainEqual(expect.objectContaining({ usetls: true }));
    const other = { ...INSTANCE, port: '9883' };
    expect(JSON.parse(await textOf('node-red', other))).toContainEqual(expect.objectContaining({ usetls: true }));
  });
});

describe('the Home Assistant values', () => {
  it('are YAML, and keep every topic within the root', async () => {
    const { will_message, birth_message, ...values } = parse(await textOf('home-assistant'));
    expect(values).toMatchObject({ broker: 'mqtt.example', port: 1883, username: 'Hcixd1Fx', tls: false });
    for (const topic of [values.discovery_prefix, will_message.topic, birth_message.topic]) {
      expect(topic).toMatch(/^Hcixd1Fx\//);
    }
  });
});

describe('the mosquitto_sub line', () => {
  it('is what a shell takes apart into the very words, whatever they are', () => {
    const word = fc.string({ minLength: 1 }).map((text) => text.replaceAll('\0', ''));
    fc.assert(
      fc.property(word, word, word, (server, user, password) => {
        const line = mosquittoSubLine({ server, port: '1883', user, password, isTls: false });
        const script = line.replace(/^mosquitto_sub/, "printf '%s\\0'");
        const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
        expect(words).toEqual(['-v', '-h', server, '-p', '1883', '-u', user, '-P', password, '-t', `/${user}/#`]);
      }),
      { numRuns: 30 },
    );
  });

  it('trusts the authorities of the system where TLS is spoken', async () => {
    expect(await textOf('mosquitto_sub', SECURE)).toMatch(/ --tls-use-os-certs$/);
  });
});

describe('the header for an ESP32', () => {
  it('has literals of C', async () => {
    const header = await textOf('esp32', { ...INSTANCE, server: 'a"b\\c??/é' });
    expect(header).toContain('#define MQTT_HOST "a\\042b\\134c\\077\\077/\\303\\251"');
    expect(header).toContain('#define MQTT_USER "Hcixd1Fx"');
    expect(header).toContain('#define MQTT_TLS 0');
  });
});

describe('the QR code', () => {
  it('is an SVG of a URL that gives back what is in it', async () => {
    expect(await textOf('qr')).toMatch(/^<svg .*<\/svg>$/s);
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (user, password) => {
        const url = new URL(connectionUrl({ server: 'fe80::1', port: '8883', user, password, isTls: true }));
        expect([url.protocol, url.hostname, url.port]).toEqual(['mqtts:', '[fe80::1]', '8883']);
        expect([decodeURIComponent(url.username), decodeURIComponent(url.password)]).toEqual([user, password]);
      }),
    );
  });

  it('changes with the password', async () => {
    expect(await textOf('qr')).not.toBe(await textOf('qr', { ...INSTANCE, password: '09RwX8S5aQEU' }));
  });
});

it.each(['node-red', 'home-assistant', 'mosquitto_sub', 'esp32'])(
  'the %s bundle is what was tried there',
  async (kind) => {
    expect(await textOf(kind)).toMatchSnapshot('plain');
    expect(await textOf(kind, SECURE)).toMatchSnapshot('over TLS');
  },
);

it('a kind that is none has no bundle', async () => {
  expect(await bundles.make('fax', INSTANCE)).toBeUndefined();
  expect(await bundles.make('constructor', INSTANCE)).toBeUndefined();
});
