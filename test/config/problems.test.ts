/** Pins how bad configuration is told: what is refused, all at once, in words that help, without secrets. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { nearest } from '../../src/config/suggestion.ts';
import { load, refused } from './written.ts';

const KEY = 'k'.repeat(32);
const yaml = (text: string) => ({ files: { 'nestmtx-bridge.yaml': text } });

test.each([
  [{ PORT: 'abc' }, 'PORT: got "abc", expected a whole number from 0 to 65535'],
  [{ PORT: '65536' }, 'PORT: got "65536", expected a whole number from 0 to 65535'],
  [{ PORT: '-1' }, 'PORT: got "-1", expected a whole number from 0 to 65535'],
  [{ PORT: '1.5' }, 'PORT: got "1.5", expected a whole number from 0 to 65535'],
  [{ INSTANCE_LIMIT: '-2' }, 'INSTANCE_LIMIT: got "-2", expected a whole number from 0'],
  [{ BROKER_MAX_PACKET: '100' }, 'BROKER_MAX_PACKET: got "100", expected a whole number from 1024 to 268435455'],
  [{ MQTT_WS: 'maybe' }, 'MQTT_WS: got "maybe", expected true or false'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL: got "loud", expected one of trace, debug, info, warn, error, fatal, silent'],
  [{ INSTANCE_BROKER: 'emqx' }, 'INSTANCE_BROKER: got "emqx", expected one of embedded, mosquitto, callback'],
  [{ MQTT_BASE_TOPIC: 'a/#' }, 'MQTT_BASE_TOPIC: got "a/#", expected a topic without wildcards'],
  [{ MQTT_BASE_TOPIC: '/a' }, 'MQTT_BASE_TOPIC: got "/a", expected a topic without wildcards'],
  [{ MEDIAMTX_URL: 'host:9997' }, 'MEDIAMTX_URL: got "host:9997", expected an http or https URL'],
  [{ GO2RTC_URL: 'rtsp://host' }, 'GO2RTC_URL: got "rtsp://host", expected an http or https URL'],
  [{ MEDIAMTX_URL: 'not a url' }, 'MEDIAMTX_URL: got "not a url", expected an http or https URL'],
  [{ MQTT_HOST: 'mqtt://broker' }, 'MQTT_HOST: got "mqtt://broker", expected a host name or an IP address'],
  [{ MQTT_HOST: 'broker:1883' }, 'MQTT_HOST: got "broker:1883", expected a host name or an IP address'],
  [{ TRUST_PROXY: 'true' }, 'TRUST_PROXY: got "true", expected a number of proxies'],
  [{ TRUST_PROXY: '10.0.0.0/33' }, 'TRUST_PROXY: got "10.0.0.0/33", expected a number of proxies'],
  [{ CORS_ORIGINS: 'http://a.b/c' }, 'CORS_ORIGINS: got "http://a.b/c", expected a comma separated list'],
  [{ CONFIG: 'absent.yaml' }, 'CONFIG: got "absent.yaml", expected a readable file (ENOENT)'],
])('%j is refused', (env, line) => {
  expect(refused({ env }).message.slice(0, line.length)).toBe(line);
});

describe('settings that do not go together', () => {
  test.each([
    [
      { MQTT_BASE_TOPIC: 'homeassistant' },
      'MQTT_BASE_TOPIC: got "homeassistant", expected another topic than HA_DISCOVERY_PREFIX',
    ],
    [
      { MQTT_BASE_TOPIC: 'house', HA_DISCOVERY_PREFIX: 'house' },
      'MQTT_BASE_TOPIC: got "house", expected another topic than HA_DISCOVERY_PREFIX',
    ],
    [{ APP_KEY: KEY, PORT: '1883' }, 'PORT: got "1883", expected different ports for MQTT_PORT and PORT'],
    [{ MQTT_PORT: '2000' }, 'MQTT_PORT: got "2000", expected different ports for MQTT_PORT and PORT'],
    [{ MODE: 'follow' }, 'MODE: got "follow", expected MQTT_HOST beside it'],
    [{ INSTANCE_BROKER: 'mosquitto' }, 'INSTANCE_BROKER: got "mosquitto", expected MQTT_HOST beside it'],
    [{ INSTANCE_BROKER: 'callback' }, 'INSTANCE_BROKER: got "callback", expected embedded or mosquitto'],
    [{ FOLLOW_PASSWORD: 'x' }, 'FOLLOW_PASSWORD: got [redacted], expected both FOLLOW_USERNAME and'],
    [{ MQTT_HOST: 'b', MQTT_PASS: 'x' }, 'MQTT_PASS: got [redacted], expected MQTT_USER beside it'],
    [{ MQTT_HOST: 'b', MQTT_PORT: '0' }, 'MQTT_PORT: got "0", expected the port of the external broker'],
    [{ EMBEDDED_PORT: '1884' }, 'EMBEDDED_PORT: got "1884", expected MQTT_HOST beside it'],
    [{ MQTT_HOST: 'b', EMBEDDED_PORT: '2000' }, 'EMBEDDED_PORT: got "2000", expected different ports for'],
  ])('%j', (env, line) => {
    expect(refused({ env }).message.slice(0, line.length)).toBe(line);
  });

  test('a certificate without a key, and a key without a certificate', () => {
    const files = { 'some.pem': '' };
    const expected = 'got "some.pem", expected both MQTT_TLS_CERT and MQTT_TLS_KEY, or neither';
    expect(refused({ files, env: { MQTT_TLS_CERT: 'some.pem' } }).message).toBe(`MQTT_TLS_CERT: ${expected}`);
    expect(refused({ files, env: { MQTT_TLS_KEY: 'some.pem' } }).message).toBe(`MQTT_TLS_KEY: ${expected}`);
  });

  test('certificates of clients without an authority, an authority without them, and both without TLS', () => {
    const files = { 'some.pem': '' };
    const tls = { MQTT_TLS_CERT: 'some.pem', MQTT_TLS_KEY: 'some.pem' };
    const both = 'both MQTT_TLS_CLIENT_CA, and optional or required for MQTT_TLS_CLIENT_CERT, or neither';
    const alone = [{ MQTT_TLS_CLIENT_CA: 'some.pem' }, { MQTT_TLS_CLIENT_CERT: 'optional' }];
    for (const env of alone) expect(refused({ files, env: { ...tls, ...env } }).message).toContain(both);
    const clients = { MQTT_TLS_CLIENT_CA: 'some.pem', MQTT_TLS_CLIENT_CERT: 'required' };
    expect(refused({ files, env: clients }).message).toContain('MQTT_TLS_CERT beside it');
    expect(load({ files, env: { ...tls, ...clients } }).mqtt.embedded?.tls).toMatchObject({
      clientCa: expect.stringMatching(/some\.pem$/),
      clientCertificateRequired: true,
    });
  });

  test('the TLS port must be free too', () => {
    const files = { 'some.pem': '' };
    const tls = { MQTT_TLS_CERT: 'some.pem', MQTT_TLS_KEY: 'some.pem' };
    const clash = { ...tls, MQTT_TLS_PORT: '5', MQTT_PORT: '5' };
    expect(refused({ files, env: clash }).message).toContain('different ports for MQTT_TLS_PORT and MQTT_PORT');
    expect(refused({ files, env: { ...tls, PORT: '8883' } }).message).toContain('MQTT_TLS_PORT and PORT');
  });

  test('a certificate that is not there', () => {
    const env = { MQTT_TLS_CERT: 'no.pem', MQTT_TLS_KEY: 'some.pem' };
    const { message } = refused({ files: { 'some.pem': '' }, env });
    expect(message).toBe('MQTT_TLS_CERT: got "no.pem", expected a readable file (ENOENT)');
  });

  test('any number of listeners may ask for any free port', () => {
    expect(() => load({ env: { PORT: '0', MQTT_PORT: '0' } })).not.toThrow();
  });

  test('the port of an external broker may equal ours', () => {
    expect(() => load({ env: { PORT: '1884', MQTT_PORT: '1884', MQTT_HOST: 'broker' } })).not.toThrow();
  });

  test('a rule is not asked about a value that is wrong by itself', () => {
    const { problems } = refused({ env: { MODE: 'follow', MQTT_HOST: 'mqtt://broker' } });
    expect(problems.map(({ key }) => key)).toEqual(['MQTT_HOST']);
  });
});

describe('the YAML file', () => {
  test('a wrong value is named by its path and file', () => {
    const { problems, message } = refused(yaml('mqtt:\n  port: abc\n'));
    expect(problems).toEqual([
      { key: 'mqtt.port', source: 'nestmtx-bridge.yaml', value: '"abc"', expected: 'a whole number from 0 to 65535' },
    ]);
    expect(message).toBe('mqtt.port in nestmtx-bridge.yaml: got "abc", expected a whole number from 0 to 65535');
  });

  test.each([
    ['mqtt: { prot: 1 }', 'mqtt.prot in nestmtx-bridge.yaml: expected a known setting, did you mean mqtt.port?'],
    ['mqqt: { port: 1 }', 'mqqt in nestmtx-bridge.yaml: expected a known setting, did you mean mqtt?'],
    ['mqtt_host: x', 'mqtt_host in nestmtx-bridge.yaml: expected a known setting, did you mean mqtt.host?'],
    ['port: 1', 'port in nestmtx-bridge.yaml: expected a known setting, did you mean http.port?'],
    ['weather: rainy', 'weather in nestmtx-bridge.yaml: expected a known setting'],
    ['mqtt: tcp', 'mqtt in nestmtx-bridge.yaml: expected settings below it, such as mqtt.base_topic'],
    ['- mqtt', 'nestmtx-bridge.yaml: expected settings below it, such as data_dir'],
    ['data_dir: { a: b }', 'data_dir in nestmtx-bridge.yaml: got nested settings, expected text'],
    ['http: { cors_origins: [[a]] }', 'http.cors_origins in nestmtx-bridge.yaml: got [["a"]], expected a comma'],
  ])('%j', (text, line) => {
    expect(refused(yaml(text)).message.slice(0, line.length)).toBe(line);
  });

  test.each([
    [
      'mqtt:\n  port: 1\n  port: 2',
      'nestmtx-bridge.yaml: expected valid YAML; line 3, column 3: Map keys must be unique',
    ],
    ['mqtt: {\n  port: 1', 'nestmtx-bridge.yaml: expected valid YAML; line 2, column 10: '],
    ['a: 1\n---\nb: 2', 'nestmtx-bridge.yaml: expected valid YAML; line 2, column 1: '],
  ])('a fault in the syntax of %j is named by line and column', (text, line) => {
    expect(refused(yaml(text)).message.slice(0, line.length)).toBe(line);
  });

  test('a file that is there but cannot be read is a problem, also the default one', () => {
    expect(refused({ env: { CONFIG: '.' } }).message).toBe('CONFIG: got ".", expected a readable file (EISDIR)');
    const readFile = () => {
      throw Object.assign(new Error(), { code: 'EACCES' });
    };
    const loading = () => loadConfig({ env: {}, cwd: '/', readFile });
    expect(loading).toThrow('nestmtx-bridge.yaml: expected a readable file (EACCES)');
  });
});

describe('the options file', () => {
  test('a wrong value and an unknown key are named as they are written there', () => {
    const { message } = refused({ options: { mqtt_port: 'x', mqtt_prt: 1 } });
    expect(message.split('\n')).toEqual([
      'mqtt_prt in options.json: expected a known setting, did you mean mqtt_port?',
      'mqtt_port in options.json: got "x", expected a whole number from 0 to 65535',
    ]);
  });

  test('anything but an object is refused', () => {
    expect(refused({ options: ['mqtt_port'] }).message).toBe('options.json: expected a JSON object');
  });
});

test('all problems of all sources are told at once', () => {
  const { problems, message } = refused({
    ...yaml('http: { port: x }\nlgo: 1'),
    env: { LOG_LEVEL: 'loud', MODE: 'follow', MQTT_TLS_CA: 'no.pem' },
    options: { instance_limit: 'many', nothing: 1 },
  });
  expect(problems.map(({ key }) => key).sort()).toEqual(
    ['LOG_LEVEL', 'MODE', 'MQTT_TLS_CA', 'http.port', 'instance_limit', 'lgo', 'nothing'].sort(),
  );
  expect(message.split('\n')).toHaveLength(problems.length);
});

describe('secrets stay out of the message', () => {
  test.each([
    ['a key that is too short', { env: { APP_KEY: 'hunter2' } }],
    ['a password in a rule', { env: { FOLLOW_PASSWORD: 'hunter2' } }],
    ['a password that became a list', yaml('admin: { password: [hunter2] }')],
    ['a password below an unknown key', yaml('admin: { passwrod: hunter2 }')],
    ['a password in an unknown section', yaml('adnim: { password: hunter2 }')],
    ['a password where a section belongs', yaml('mqtt: hunter2')],
    ['a password in broken YAML', yaml('admin: { password: hunter2')],
    ['an unquoted password that looks like an alias', yaml('admin: { password: *hunter2 }')],
    ['an unquoted password that looks like a tag', yaml('admin:\n  password: !hunter2')],
    ['a text behind the end of a quoted one', yaml('admin:\n  password: "a" hunter2')],
    ['a password in a URL', { env: { MEDIAMTX_URL: 'http://admin:hunter2@127.0.0.1:9997' } }],
    ['a password in options that are no JSON', { options: '{"admin_password": "hunter2"' }],
  ])('%s', (_, written) => {
    const { message, problems } = refused(written);
    expect(problems.length).toBeGreaterThan(0);
    expect(message + JSON.stringify(problems)).not.toContain('hunter2');
  });
});

test('a long value is cut', () => {
  expect(refused({ env: { PORT: 'x'.repeat(1000) } }).message.length).toBeLessThan(150);
});

test('a suggestion finds any name that one slip was made in, and nothing for a stranger', () => {
  const names = ['mqtt.port', 'admin.password', 'instance.limit'];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), (name, at) => {
      const slip = at % name.length;
      expect(nearest(name.slice(0, slip) + name.slice(slip + 1), names)).toBe(name);
      expect(nearest(`${name.slice(0, slip)}x${name.slice(slip)}`, names)).toBe(name);
    }),
  );
  expect(nearest('weather', names)).toBeUndefined();
});
