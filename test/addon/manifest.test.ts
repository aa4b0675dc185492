/** Pins the manifest of the app: the rules that Supervisor and the linter hold it to, and that it says what the rest of the tree says. */

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { OWN_OPTIONS } from '../../addon/app-config.ts';
import { PEM_FILES } from '../../src/config/checks.ts';
import { FORMATS } from '../../src/config/formats.ts';
import { SETTING_NAMES, SETTINGS, type SettingName } from '../../src/config/schema.ts';
import { findings, type Manifest, rating, recordOf } from './manifest-rules.ts';
import { accepts, type OptionType, optionType } from './option-type.ts';

const repository = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, repository), 'utf8');
const manifest: Manifest = parse(read('config.yaml'));
const schema = recordOf(manifest['schema']);
const options = recordOf(manifest['options']);
const types = new Map(Object.entries(schema).map(([key, written]) => [key, optionType(written)]));

const MET_AT_HOME: readonly SettingName[] = [
  'BROKER_PERSISTENCE',
  'BROKER_MAX_PACKET',
  'BROKER_MAX_FILTERS',
  'BROKER_MAX_QUEUED',
  'BROKER_MAX_RETAINED',
  'BROKER_TENANT_MAX_PACKET',
];

/** What the container or Supervisor decides, or nobody needs here. */
const NOT_OPTIONS: readonly SettingName[] = [
  'DATA_DIR',
  'APP_KEY',
  // The image brings what there is.
  'FFMPEG_PATH',
  // Inside of the container; which ports are reached from outside is said under Network.
  ...(['HOST', 'PORT', 'MQTT_TLS_PORT', 'EMBEDDED_PORT'] as const),
  // Pages and proxies come through Home Assistant, and there is one bridge to come to.
  ...(['CORS_ORIGINS', 'TRUST_PROXY', 'MQTT_BALANCERS'] as const),
  // Home Assistant runs one app of a kind: whoever wants several bridges runs the service.
  ...SETTING_NAMES.filter((name) => name.startsWith('CLUSTER_')),
  // A home meets few of the limits of a broker.
  ...SETTING_NAMES.filter((name) => name.startsWith('BROKER_') && !MET_AT_HOME.includes(name)),
];

/** The app is there for it. */
const OTHER_DEFAULTS: Readonly<Record<string, unknown>> = { ha_discovery: true };

describe('the manifest', () => {
  it('breaks no rule', () => {
    expect(findings(manifest)).toEqual([]);
  });

  it('is rated as safe as an app can be', () => {
    expect(rating(manifest, true)).toBe(8);
  });

  it('has the version and the address of the package', () => {
    const {
      version,
      repository: { url },
    } = JSON.parse(read('package.json'));
    const [release = version] = [...read('CHANGELOG.md').matchAll(/^## \[(\d[^\]]*)\]/gm)].map(([, text]) => text);
    expect([manifest['version'], release]).toEqual([version, version]);
    expect(`git+${manifest['url']}.git`).toBe(url);
    expect(parse(read('repository.yaml'))).toMatchObject({ name: manifest['name'], url: manifest['url'] });
  });

  it('describes every port, and none besides', () => {
    expect(Object.keys(recordOf(manifest['ports_description']))).toEqual(Object.keys(recordOf(manifest['ports'])));
  });

  it('has one AppArmor profile, which Supervisor renames', () => {
    const profiles = [...read('apparmor.txt').matchAll(/^profile +(\S+)/gm)].map(([, name]) => name);
    expect(profiles).toEqual([manifest['slug']]);
  });
});

describe('the rules bite', () => {
  it.each([
    [{ slug: undefined }, 'slug is missing'],
    [{ slug: 'a b' }, 'slug has other characters than it may'],
    [{ version: 'dev' }, 'version is none'],
    [{ url: 'here' }, 'url is none'],
    [{ startup: 'application' }, 'startup is the default'],
    [{ ingress_port: 8099 }, 'ingress_port is the default'],
    [{ panel_admin: true }, 'panel_admin is the default'],
    [{ watchdog: 'http://[HOST]:8099' }, 'watchdog is obsolete'],
    [{ webui: 'http://[HOST]:[PORT:2000]' }, 'webui is obsolete'],
    [{ titel: 'NestMTX' }, 'titel is unknown'],
    [{ arch: ['amd64', 'i386'] }, 'arch names a deprecated one'],
    [{ services: ['mqtt:want', 'mqtt:provide'] }, 'a service twice'],
    [{ map: ['config:rw'] }, 'map names an odd folder'],
    [{ ports: { '2000/tcp': 2000 } }, 'a port is open on the host by default'],
    [{ options: {} }, 'options is the default'],
    [{ schema: { ...schema, fresh: 'str' } }, 'fresh is required and has no default'],
    [{ options: { ...options, log_level: 'loud' } }, 'log_level has a default that is not accepted'],
    [{ options: { ...options, instance_limit: null } }, 'instance_limit has a default that is not accepted'],
    [{ options: { ...options, stray: 1 } }, 'stray has a default and no type'],
  ])('%j', (change, finding) => {
    const changed = Object.entries({ ...manifest, ...change }).filter(([, value]) => value !== undefined);
    expect(findings(Object.fromEntries(changed))).toContain(finding);
  });

  it.each([
    [{}, false, 7],
    [{ ingress: false }, true, 6],
    [{ host_network: true }, true, 7],
    [{ privileged: ['SYS_ADMIN'] }, true, 7],
    [{ hassio_role: 'admin' }, true, 6],
    [{ docker_api: true }, true, 1],
  ])('a rating with %j, profile %j: %i', (change, hasProfile, expected) => {
    expect(rating({ ...manifest, ...change }, hasProfile)).toBe(expected);
  });

  it.each([undefined, 'text', 'int(1)', 'list()', 'device', { nested: 'str' }])('no type: %j', (written) => {
    expect(() => optionType(written)).toThrow();
  });
});

describe('the options', () => {
  it('are the settings of the service by their names, but those that the container decides, and the own ones of the app', () => {
    const settings = SETTING_NAMES.filter((name) => !NOT_OPTIONS.includes(name)).map((name) => name.toLowerCase());
    expect([...types.keys()].sort(byName)).toEqual([...settings, ...OWN_OPTIONS].sort(byName));
  });

  it('have the defaults of the settings', () => {
    const shared = settingOptions().filter(([key]) => key in options && !(key in OTHER_DEFAULTS));
    expect(shared.length).toBeGreaterThan(5);
    expect(shared.map(([key]) => [key, options[key]])).toEqual(
      shared.map(([key, name]) => [key, SETTINGS[name].default]),
    );
    expect(options).toMatchObject(OTHER_DEFAULTS);
  });

  it.each(settingOptions())('%s takes what the setting takes', (key, name) => {
    const type = types.get(key);
    if (!type) throw new Error(`${key} has no type`);
    expect(disagreements(type, name)).toEqual([]);
  });

  it('take a topic exactly where the setting does', () => {
    const type = types.get('mqtt_base_topic');
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[$/]?[a-c+#/]{1,6}\/?$/));
    fc.assert(
      fc.property(texts, (text) => {
        // The user interface sends one line.
        fc.pre(!/\p{Cc}/u.test(text));
        expect(type && accepts(type, text)).toBe(FORMATS['topic']?.test(text));
      }),
    );
  });

  it('take every host that the setting takes, and no address with a scheme', () => {
    const type = types.get('mqtt_host');
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
        if (FORMATS['host']?.test(text)) expect(type && accepts(type, text)).toBe(true);
      }),
    );
    for (const text of ['mqtt://broker', 'a b', 'broker/1', '']) expect(type && accepts(type, text)).toBe(false);
  });

  it.each([
    ['mediamtx_url', 'web-url', ['http', 'https', 'rtsp']],
    ['go2rtc_url', 'web-url', ['http', 'https', 'rtsp']],
    ['mediamtx_rtsp_url', 'rtsp-url', ['rtsp', 'rtsps', 'http']],
  ])('take as %s every address that the setting takes, and none with a login', (key, format, validSchemes) => {
    const type = types.get(key);
    const addresses = fc.webUrl({ withQueryParameters: true, withFragments: true, validSchemes });
    fc.assert(
      fc.property(addresses, (text) => {
        expect(type && accepts(type, text)).toBe(FORMATS[format]?.test(text));
      }),
    );
    const [scheme] = validSchemes;
    for (const text of [`${scheme}://user:secret@host`, 'host:9997', ''])
      expect(type && accepts(type, text)).toBe(false);
  });

  it('take no line break, wherever it stands: the $ of Python lets one through at the end', () => {
    const patterns = [...types.values()].flatMap(({ pattern }) => pattern ?? []);
    expect(patterns.length).toBeGreaterThan(10);
    for (const pattern of patterns) {
      const asPython = new RegExp(pattern.source.replaceAll('$)', '(?=\\n?(?![\\s\\S])))'));
      const texts = ['nestmtx', '/ssl/a.pem', 'http://a:1', 'rtsp://a:1', 'rtsp=1'].filter((text) =>
        pattern.test(text),
      );
      expect(texts, pattern.source).not.toEqual([]);
      expect(
        texts.filter((text) => asPython.test(`${text}\n`) || asPython.test(`a\n${text}`)),
        pattern.source,
      ).toEqual([]);
    }
  });

  it('take files of the ssl folder only, which is the only one that is mapped', () => {
    const keys = ['mqtt_tls_ca', 'mqtt_tls_cert', 'mqtt_tls_key', 'mqtt_tls_client_ca', 'https_cert', 'https_key'];
    for (const key of keys) {
      const type = types.get(key);
      expect(['/ssl/a.pem', 'a.pem', '/etc/passwd', '/ssl/'].map((path) => type && accepts(type, path))).toEqual([
        true,
        false,
        false,
        false,
      ]);
    }
  });
});

function settingOptions(): [string, SettingName][] {
  return SETTING_NAMES.map((name): [string, SettingName] => [name.toLowerCase(), name]).filter(
    ([key]) => key in schema,
  );
}

/** Enumerations that are narrower on purpose are named here. */
const NARROWER: Partial<Readonly<Record<SettingName, readonly string[]>>> = {
  LOG_LEVEL: ['fatal', 'silent'],
  INSTANCE_BROKER: ['callback'],
};

function disagreements(type: OptionType, name: SettingName): string[] {
  const setting = SETTINGS[name];
  const rules: readonly (readonly [boolean, string])[] = [
    [(type.kind === 'bool') === (setting.type === 'boolean'), 'one is a flag'],
    [(type.kind === 'int' || type.kind === 'port') === (setting.type === 'integer'), 'one is a number'],
    [(type.kind === 'password') === (setting.writeOnly === true), 'one is a secret'],
    [(type.kind === 'list') === (setting.enum !== undefined), 'one is a choice'],
    [(type.kind === 'match') === (setting.format !== undefined || PEM_FILES.includes(name)), 'one has a form'],
    [type.kind !== 'int' || type.min === setting.minimum, 'the least is another'],
    [type.kind !== 'int' || type.max === setting.maximum, 'the most is another'],
    [type.kind !== 'password' || type.min === setting.minLength, 'the least length is another'],
    [!type.pattern || /^\^\(\?:\^.*\$\)$/.test(type.pattern.source), 'the pattern is not anchored at both ends'],
  ];
  const choices = [...(type.choices ?? []), ...(type.choices ? (NARROWER[name] ?? []) : [])].sort(byName);
  const wanted = [...(setting.enum ?? [])].sort(byName);
  return [
    ...rules.filter(([isKept]) => !isKept).map(([, words]) => words),
    ...(choices.join() === wanted.join() ? [] : [`the choices are ${choices}`]),
  ];
}

function byName(one: string, other: string): number {
  return one < other ? -1 : 1;
}
