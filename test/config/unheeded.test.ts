/** Pins that whoever gives a setting without effect is told so, and nobody else. */

import { expect, test } from 'vitest';
import { load } from './written.ts';

const PEMS = { 'cert.pem': 'x', 'key.pem': 'x' };

test.each([
  [{ MQTT_USER: 'bridge' }, /^MQTT_USER has no effect, since MQTT_HOST is not set/],
  [{ MQTT_HOST: 'broker', MQTT_TLS_CA: 'cert.pem' }, /^MQTT_TLS_CA has no effect, since MQTT_PROTOCOL/],
  [{ MQTT_HOST: 'broker', BROKER_MAX_CLIENTS: '5' }, /^BROKER_MAX_CLIENTS has no effect, since there is no embedded/],
  [
    { MQTT_HOST: 'broker', INSTANCE_SERVER: 'mqtt.example' },
    /^INSTANCE_SERVER .* set EMBEDDED_PORT, or INSTANCE_BROKER/,
  ],
  [{ MQTT_TLS_PORT: '8884' }, /^MQTT_TLS_PORT has no effect, since MQTT_TLS_CERT is not set/],
  [{ MEDIAMTX_USER: 'api' }, /^MEDIAMTX_USER has no effect, since MEDIAMTX_URL is not set/],
  [{ HOOK_SECRET: 'a secret that is long' }, /^HOOK_SECRET has no effect/],
  [{ GO2RTC_PASS: 'secret' }, /^GO2RTC_PASS has no effect/],
  [{ GOOGLE_WHEP_PORT: '1' }, /^GOOGLE_WHEP_PORT has no effect/],
  [{ HA_BIRTH_PAYLOAD: 'here' }, /^HA_BIRTH_PAYLOAD has no effect, since HA_DISCOVERY is off/],
  [{ FOLLOW_USERNAME: 'a', FOLLOW_PASSWORD: 'b' }, /^FOLLOW_USERNAME has no effect, since MODE is serve/],
  [
    { MODE: 'follow', MQTT_HOST: 'nest', ADMIN_PASSWORD: 'secret' },
    /^ADMIN_PASSWORD has no effect, since MODE is follow/,
  ],
  [{ MQTT_PASSWORD: 'secret' }, /^MQTT_PASSWORD is no setting, did you mean MQTT_PASS\?$/],
  [{ INSTANCE_SEVER: 'mqtt.example' }, /^INSTANCE_SEVER is no setting, did you mean INSTANCE_SERVER\?$/],
])('%j is told', (env, words) => {
  const { unheeded } = load({ env, files: PEMS });
  expect(unheeded[0]).toMatch(words);
  expect(unheeded.join()).not.toContain('secret');
});

test('a value that YAML takes for a comment is told', () => {
  const files = { 'nestmtx-bridge.yaml': 'mqtt:\n  host: broker\n  user: bridge\n  pass: #abc\n' };
  expect(load({ files }).unheeded).toEqual([
    'pass in nestmtx-bridge.yaml, line 4, has no value: what begins with # is a comment, unless it is quoted',
  ]);
});

test.each([
  {},
  { MQTT_HOST: 'broker', MQTT_USER: 'bridge', MQTT_PASS: 'secret' },
  { MQTT_HOST: 'broker', EMBEDDED_PORT: '1884', INSTANCE_SERVER: 'mqtt.example', BROKER_MAX_CLIENTS: '5' },
  { MQTT_TLS_PORT: '8883' },
  { MEDIAMTX_URL: 'http://mtx:9997', MEDIAMTX_USER: 'api', HOOK_SECRET: 'a secret that is long' },
  { MQTT_PORT_1883_TCP_ADDR: '10.0.0.1', MQTT_SERVICE_HOST: '10.0.0.1', HOME: '/root', GOOGLE_CLOUD_PROJECT: 'x' },
])('%j is heeded, or somebody else\u2019s', (env) => {
  expect(load({ env }).unheeded).toEqual([]);
});

test('what Home Assistant writes with its default is not told', () => {
  expect(load({ options: { mqtt_tls_port: 8883, mqtt_protocol: 'mqtt' } }).unheeded).toEqual([]);
});
