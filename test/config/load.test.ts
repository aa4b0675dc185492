/** Pins where a setting may come from, who wins, and what the program sees of it. */

import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { SCHEMA } from '../../src/config/schema.ts';
import { folderWith, load } from './written.ts';

describe('precedence', () => {
  const yaml = { 'nestmtx-bridge.yaml': 'mqtt: { base_topic: from-yaml }' };

  test('a setting that nobody wrote has its default', () => {
    expect(load().mqtt.baseTopic).toBe('nestmtx');
  });

  test('the YAML file in the working directory wins over defaults', () => {
    expect(load({ files: yaml }).mqtt.baseTopic).toBe('from-yaml');
  });

  test('the environment wins over the YAML file', () => {
    expect(load({ files: yaml, env: { MQTT_BASE_TOPIC: 'from-env' } }).mqtt.baseTopic).toBe('from-env');
  });

  test('the options file wins over all others', () => {
    const options = { mqtt_base_topic: 'from-options' };
    expect(load({ files: yaml, env: { MQTT_BASE_TOPIC: 'from-env' }, options }).mqtt.baseTopic).toBe('from-options');
  });

  test('CONFIG names another YAML file, in place of the default one', () => {
    const files = { ...yaml, 'other.yaml': 'log: { level: debug }' };
    const config = load({ files, env: { CONFIG: 'other.yaml' } });
    expect([config.log.level, config.mqtt.baseTopic]).toEqual(['debug', 'nestmtx']);
  });

  test('an empty value is no value, wherever it stands', () => {
    const files = { 'nestmtx-bridge.yaml': 'admin:\n  username: from-yaml\n  password:\nmqtt: { host: "" }\nlog:\n' };
    const config = load({ files, env: { ADMIN_USERNAME: '' }, options: { admin_username: '', mqtt_host: null } });
    expect(config.admin).toEqual({ username: 'from-yaml' });
    expect(config.mqtt.external).toBeUndefined();
  });

  test('a wrong value that a later source covers does no harm', () => {
    expect(load({ files: { 'nestmtx-bridge.yaml': 'http: { port: x }' }, env: { PORT: '80' } }).http.port).toBe(80);
  });

  test('variables of other programs are passed over', () => {
    expect(() => load({ env: { PATH: '/bin', MQTT_HOSTS: 'x' } })).not.toThrow();
  });

  test('options that the caller reads itself are passed over', () => {
    const options = { use_home_assistant_broker: true };
    expect(() => load({ options, ownOptions: ['use_home_assistant_broker'] })).not.toThrow();
  });
});

describe('types', () => {
  test.each(['true', '1', 'yes', 'on', 'YES', ' true '])('%j switches on', (written) => {
    expect(load({ env: { HA_DISCOVERY: written } }).homeAssistant.discovery).toBe(true);
  });

  test.each(['false', '0', 'no', 'off', 'False'])('%j switches off', (written) => {
    expect(load({ env: { MQTT_WS: written } }).mqtt.embedded?.webSocket).toBe(false);
  });

  test('numbers are read alike from text, YAML and JSON', () => {
    const files = { 'nestmtx-bridge.yaml': 'http: { port: 81 }\ninstance: { limit: "7" }' };
    const config = load({ files, env: { MQTT_PORT: '82' }, options: { requests_in_flight: 83 } });
    expect([config.http.port, config.instances.limit, config.mqtt.embedded?.port]).toEqual([81, 7, 82]);
    expect(config.limits.requestsInFlight).toBe(83);
  });

  test('a password of digits keeps its leading zero', () => {
    expect(load({ files: { 'nestmtx-bridge.yaml': 'admin: { password: 0123 }' } }).admin.password).toBe('0123');
  });

  test('a list is comma separated text, or a list', () => {
    const origins = ['https://a.example', 'http://b.example:8080'];
    expect(load({ env: { CORS_ORIGINS: origins.join(', ') } }).http.corsOrigins).toEqual(origins);
    const files = { 'nestmtx-bridge.yaml': `http:\n  cors_origins: [${origins}]` };
    expect(load({ files }).http.corsOrigins).toEqual(origins);
    expect(load({ options: { cors_origins: origins } }).http.corsOrigins).toEqual(origins);
  });

  test.each([
    ['1', 1],
    ['loopback, 10.0.0.0/8', ['loopback', '10.0.0.0/8']],
    ['::1', ['::1']],
  ])('trusted proxies %j reach Express as %j', (written, expected) => {
    expect(load({ env: { TRUST_PROXY: written } }).http.trustProxy).toEqual(expected);
  });
});

describe('the broker', () => {
  test('without MQTT_HOST the embedded one listens on MQTT_PORT', () => {
    const { mqtt } = load({ env: { MQTT_PORT: '0', HOST: '127.0.0.1' } });
    expect(mqtt.external).toBeUndefined();
    expect(mqtt.embedded).toMatchObject({ host: '127.0.0.1', port: 0, webSocket: true, persistence: true });
  });

  test('with MQTT_HOST the port, user and password are those of the external one', () => {
    const env = { MQTT_HOST: 'broker', MQTT_PORT: '2883', MQTT_USER: 'u', MQTT_PASS: 'p', MQTT_PROTOCOL: 'mqtts' };
    const { mqtt } = load({ env });
    expect(mqtt.external).toEqual({ host: 'broker', port: 2883, protocol: 'mqtts', username: 'u', password: 'p' });
    expect(mqtt.embedded).toBeUndefined();
  });

  test('EMBEDDED_PORT opens the embedded one beside it', () => {
    const { mqtt } = load({ env: { MQTT_HOST: 'broker', MQTT_PORT: '2883', EMBEDDED_PORT: '1884' } });
    expect([mqtt.external?.port, mqtt.embedded?.port]).toEqual([2883, 1884]);
  });

  test('one that the caller finds is external, too: MQTT_HOST may be absent in follow mode, MQTT_PORT means nothing', () => {
    const found = (env: Record<string, string>) =>
      loadConfig({ env, cwd: folderWith({}), readFile: (path) => readFileSync(path, 'utf8'), findsBroker: true }).mqtt;
    expect(found({ MODE: 'follow', MQTT_PORT: '2000' })).toMatchObject({ external: undefined, embedded: undefined });
    expect(found({ EMBEDDED_PORT: '1884' }).embedded?.port).toBe(1884);
    expect(() => found({ INSTANCE_BROKER: 'mosquitto' })).toThrow('MQTT_HOST beside it');
  });

  test('certificate and key switch TLS on', () => {
    const cwd = folderWith({ 'cert.pem': '', 'key.pem': '' });
    const env = { MQTT_TLS_CERT: 'cert.pem', MQTT_TLS_KEY: 'key.pem' };
    const { mqtt } = loadConfig({ env, cwd, readFile: (path) => readFileSync(path, 'utf8') });
    const files = { cert: join(cwd, 'cert.pem'), key: join(cwd, 'key.pem') };
    expect(mqtt.embedded?.tls).toEqual({ ...files, port: 8883, clientCertificateRequired: false });
  });
});

test('optional parts are there as soon as they are configured', () => {
  const bare = load();
  expect([bare.mediamtx, bare.follow]).toEqual([undefined, undefined]);
  const env = { MEDIAMTX_URL: 'http://127.0.0.1:9997', FOLLOW_USERNAME: 'f', FOLLOW_PASSWORD: 'g' };
  const config = load({ env });
  expect(config.mediamtx).toEqual({ url: env.MEDIAMTX_URL, rtspUrl: 'rtsp://127.0.0.1:8554' });
  expect(config.follow).toEqual({ username: 'f', password: 'g' });
});

test('a relative data folder is relative to the working directory', () => {
  const { dataDir } = load({ env: { DATA_DIR: 'state' } });
  expect(isAbsolute(dataDir) && dataDir.endsWith('/state')).toBe(true);
});

test('the schema is a JSON schema', () => {
  const ajv = new Ajv({ keywords: ['yaml'] });
  expect(ajv.validateSchema(SCHEMA), ajv.errorsText()).toBe(true);
});

describe('names that NestMTX has for values', () => {
  test.each([
    ['LOG_LEVEL', 'warning', 'warn'],
    ['LOG_LEVEL', 'notice', 'info'],
    ['LOG_LEVEL', 'emerg', 'fatal'],
  ])('%s=%s is %s, and told', (setting, written, meaning) => {
    const config = load({ env: { [setting]: written } });
    expect(config.log.level).toBe(meaning);
    expect(config.aliases).toEqual([{ setting, written, meaning }]);
  });

  test.each([
    ['tcp', 'mqtt'],
    ['ssl', 'mqtts'],
  ])('MQTT_PROTOCOL=%s is %s', (written, meaning) => {
    const env = { MQTT_HOST: 'broker', MQTT_PROTOCOL: written };
    expect(load({ env }).mqtt.external).toMatchObject({ protocol: meaning });
  });

  test('MQTT_HOST=:instance: is the embedded broker, whatever an earlier source says', () => {
    const files = { 'nestmtx-bridge.yaml': 'mqtt: { host: broker }' };
    const { mqtt, aliases } = load({ files, env: { MQTT_HOST: ':instance:' } });
    expect([mqtt.external, mqtt.embedded?.port]).toEqual([undefined, 1883]);
    expect(aliases).toEqual([{ setting: 'MQTT_HOST', written: ':instance:', meaning: '' }]);
  });

  test('its own names of settings are read where ours are not set, and told', () => {
    const ports = { NESTMTX_RTSP_TCP_PORT: '18554', NESTMTX_WEB_RTC_PORT: '18889' };
    const nest = folderWith({ 'cert.pem': 'c', 'key.pem': 'k' });
    const [cert, key] = [join(nest, 'cert.pem'), join(nest, 'key.pem')];
    const config = load({ env: { ...ports, HTTPS_PORT: '2001', HTTPS_CERT_PATH: cert, HTTPS_KEY_PATH: key } });
    expect(config.streamPorts).toEqual({ rtsp: 18554, webrtc: 18889 });
    expect(config.https).toEqual({ port: 2001, files: { cert, key } });
    expect(config.aliases).toEqual([
      { setting: 'HTTPS_CERT', written: 'HTTPS_CERT_PATH', meaning: cert },
      { setting: 'HTTPS_KEY', written: 'HTTPS_KEY_PATH', meaning: key },
      {
        setting: 'STREAM_PORTS',
        written: 'NESTMTX_RTSP_TCP_PORT, NESTMTX_WEB_RTC_PORT',
        meaning: 'rtsp=18554,webrtc=18889',
      },
    ]);
    const own = load({ env: { ...ports, STREAM_PORTS: 'hls=off', HTTPS_CERT_PATH: 'nestmtx.crt' } });
    expect([own.streamPorts, own.aliases]).toEqual([{ hls: null }, []]);
  });

  test('the words of our own are no aliases', () => {
    expect(load({ env: { LOG_LEVEL: 'debug' } }).aliases).toEqual([]);
  });
});

test.each([
  ['rtsp=18554', { rtsp: 18_554 }],
  ['rtsp=18554,hls=off, srt=1', { rtsp: 18_554, hls: null, srt: 1 }],
])('STREAM_PORTS=%s', (written, expected) => {
  expect(load({ env: { STREAM_PORTS: written } }).streamPorts).toEqual(expected);
});

test.each(['rtsp', 'rtsp=0', 'rtsp=70000', 'ftp=21', 'rtsp=1;hls=2'])('STREAM_PORTS=%s is refused', (written) => {
  expect(() => load({ env: { STREAM_PORTS: written } })).toThrow('STREAM_PORTS: got');
});
