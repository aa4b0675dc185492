/** Pins what the options of the app come to: whose broker is used, what the app adds by itself, and how wrong options are told. */

import { expect, it } from 'vitest';
import { type AppConfig, loadAppConfig } from '../../addon/app-config.ts';
import { ConfigError } from '../../src/config/config-error.ts';

const OPTIONS_FILE = '/data/options.json';

function load(options: object | string, env: Readonly<Record<string, string>> = {}): AppConfig {
  const text = typeof options === 'string' ? options : JSON.stringify(options);
  const readFile = (path: string) => {
    if (path === OPTIONS_FILE) return text;
    throw Object.assign(new Error(path), { code: 'ENOENT' });
  };
  return loadAppConfig({ env, optionsFile: OPTIONS_FILE, cwd: '/app', readFile });
}

function problemsOf(options: object | string): string[] {
  try {
    load(options);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

it('uses the broker of Home Assistant, keeps a broker for instances beside it, and announces cameras', () => {
  const { app, mqtt, dataDir, http, homeAssistant } = load({});
  expect(app).toMatchObject({ usesHomeAssistantBroker: true, providesBroker: false, ingressRole: 'user' });
  expect([mqtt.external, mqtt.embedded?.port]).toEqual([undefined, 1883]);
  expect([dataDir, http.port, homeAssistant.discovery]).toEqual(['/data', 2000, true]);
});

it('takes the broker that was written by hand before that of Home Assistant', () => {
  const { app, mqtt } = load({ use_home_assistant_broker: true, mqtt_host: 'broker.lan', mqtt_port: 2883 });
  expect(app.usesHomeAssistantBroker).toBe(false);
  expect(mqtt).toMatchObject({ external: { host: 'broker.lan', port: 2883 }, embedded: { port: 1883 } });
});

it('has a broker of its own where that of Home Assistant is not wanted, and may provide it', () => {
  const { app, mqtt } = load({ use_home_assistant_broker: false, provide_broker: true });
  expect([app.usesHomeAssistantBroker, app.providesBroker]).toEqual([false, true]);
  expect([mqtt.external, mqtt.embedded?.port]).toEqual([undefined, 1883]);
});

it('opens no broker beside the external one where no instance would live on it', () => {
  expect(load({ mqtt_host: 'b', instance_broker: 'mosquitto' }).mqtt.embedded).toBeUndefined();
  expect(load({ mode: 'follow' }).mqtt.embedded).toBeUndefined();
});

it('keeps the data of follow mode apart, so that changing the mode loses nothing', () => {
  expect(load({ mode: 'follow' }).dataDir).toBe('/data/follow');
  expect(load({ mode: 'serve' }, { DATA_DIR: '/elsewhere' }).dataDir).toBe('/elsewhere');
});

it('follows a NestMTX on the broker of Home Assistant, which is found later', () => {
  const config = load({ mode: 'follow', follow_username: 'u', follow_password: 'p' });
  expect([config.mode, config.app.usesHomeAssistantBroker, config.follow]).toEqual([
    'follow',
    true,
    { username: 'u', password: 'p' },
  ]);
});

it('lets discovery be switched off', () => {
  expect(load({ ha_discovery: false }).homeAssistant.discovery).toBe(false);
});

it('tells every wrong option by its name and file, at once, and no secret', () => {
  const problems = problemsOf({
    use_home_assistant_broker: 'maybe',
    ingress_role: 'owner',
    provide_broker: true,
    log_level: 'loud',
    hook_secret: 'short-secret',
    mqtt_pass: 'a password',
    mqtt_usr: 'x',
  });
  const keys = new Set(problems.map((line) => line.split(' in ')[0]));
  const own = ['use_home_assistant_broker', 'ingress_role', 'provide_broker', 'mqtt_pass'];
  expect(keys).toEqual(new Set([...own, 'mqtt_usr', 'log_level', 'hook_secret']));
  expect(problems.every((line) => line.includes(OPTIONS_FILE))).toBe(true);
  expect(problems.join('\n')).not.toMatch(/short-secret|a password/);
});

it.each([
  ['the broker of Home Assistant', {}],
  ['one written by hand', { mqtt_host: 'broker.lan', use_home_assistant_broker: false }],
])('does not provide %s to Home Assistant', (_whose, broker) => {
  expect(problemsOf({ ...broker, provide_broker: true }).join()).toMatch(
    /^provide_broker in .+ expected use_home_assistant/,
  );
});

it.each(['mqtt_port', 'mqtt_user', 'mqtt_protocol'])('wants to know which broker %s is meant for', (key) => {
  const value = { mqtt_port: 1884, mqtt_user: 'u', mqtt_protocol: 'ws' }[key];
  expect(problemsOf({ [key]: value }).join()).toMatch(new RegExp(`^${key} in .+ expected mqtt_host beside it`));
  expect(problemsOf({ [key]: value, mqtt_host: 'broker.lan' })).toEqual([]);
});

it('refuses instances on a mosquitto that nobody has named: the one of Home Assistant has no dynamic security', () => {
  expect(problemsOf({ instance_broker: 'mosquitto' }).join()).toContain('MQTT_HOST beside it');
});

it('follows nobody without an external broker', () => {
  expect(problemsOf({ mode: 'follow', use_home_assistant_broker: false }).join()).toContain('MQTT_HOST beside it');
});

it.each(['', '[]', '{"log_level":', 'null'])('does not start with options that are no object: %j', (text) => {
  expect(problemsOf(text).join()).toContain(`${OPTIONS_FILE}: expected a JSON object`);
});
