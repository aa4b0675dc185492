/** Owns the rules for a manifest that are checked where it is published or installed: of Supervisor's schema, and of the linter of apps. */

import { accepts, optionType } from './option-type.ts';

export type Manifest = Readonly<Record<string, unknown>>;

const REQUIRED = ['name', 'version', 'slug', 'description', 'arch'];

/** Writing a default is an error for the linter. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  apparmor: true,
  audio: false,
  auth_api: false,
  backup: 'hot',
  boot: 'auto',
  devicetree: false,
  docker_api: false,
  full_access: false,
  gpio: false,
  hassio_api: false,
  hassio_role: 'default',
  homeassistant_api: false,
  host_dbus: false,
  host_ipc: false,
  host_network: false,
  host_pid: false,
  host_uts: false,
  ingress: false,
  ingress_port: 8099,
  ingress_stream: false,
  init: true,
  journald: false,
  kernel_modules: false,
  panel_admin: true,
  panel_icon: 'mdi:puzzle',
  realtime: false,
  stage: 'stable',
  startup: 'application',
  stdin: false,
  timeout: 10,
  tmpfs: false,
  uart: false,
  udev: false,
  usb: false,
  video: false,
};

const KNOWN = [
  ...REQUIRED,
  ...Object.keys(DEFAULTS),
  ...['backup_exclude', 'backup_post', 'backup_pre', 'breaking_versions', 'devices', 'discovery', 'environment'],
  ...[
    'homeassistant',
    'image',
    'ingress_entry',
    'machine',
    'map',
    'options',
    'panel_title',
    'ports',
    'ports_description',
    'privileged',
  ],
  ...['schema', 'services', 'ulimits', 'url'],
];

/** Known as well, and errors or warnings: the health check is the Dockerfile's, the page is behind ingress. */
const OBSOLETE = ['advanced', 'auto_uart', 'codenotary', 'legacy', 'snapshot', 'watchdog', 'webui'];

/** What is wrong, one line each. */
export function findings(manifest: Manifest): string[] {
  const keys = Object.keys(manifest);
  return [
    ...REQUIRED.filter((key) => !keys.includes(key)).map((key) => `${key} is missing`),
    ...keys.filter((key) => OBSOLETE.includes(key)).map((key) => `${key} is obsolete`),
    ...keys.filter((key) => !KNOWN.includes(key) && !OBSOLETE.includes(key)).map((key) => `${key} is unknown`),
    ...keys.filter((key) => key in DEFAULTS && manifest[key] === DEFAULTS[key]).map((key) => `${key} is the default`),
    ...fieldFindings(manifest),
    ...optionFindings(manifest),
  ];
}

function fieldFindings({ slug, version, url, arch, services, map, ports }: Manifest): string[] {
  const rules: readonly (readonly [boolean, string])[] = [
    [/^[-_.A-Za-z0-9]+$/.test(String(slug)), 'slug has other characters than it may'],
    [/^\d+\.\d+\.\d+$/.test(String(version)), 'version is none'],
    [url === undefined || URL.canParse(String(url)), 'url is none'],
    [listOf(arch).every((name) => ['aarch64', 'amd64'].includes(name)), 'arch names a deprecated one'],
    [listOf(services).every((entry) => /^(mqtt|mysql):(provide|want|need)$/.test(entry)), 'services are no services'],
    // Of several entries for one service the last one wins, silently.
    [new Set(listOf(services).map((entry) => entry.split(':')[0])).size === listOf(services).length, 'a service twice'],
    [listOf(map).every((entry) => /^(data|ssl|share|media|backup)(:(rw|ro))?$/.test(entry)), 'map names an odd folder'],
    // Mosquitto and Home Assistant itself have the usual ones.
    [Object.values(recordOf(ports)).every((port) => port === null), 'a port is open on the host by default'],
  ];
  return rules.filter(([isKept]) => !isKept).map(([, words]) => words);
}

function optionFindings(manifest: Manifest): string[] {
  const [options, schema] = [recordOf(manifest['options']), recordOf(manifest['schema'])];
  const required = Object.keys(schema).filter((key) => !optionType(schema[key]).isOptional);
  return [
    ...(manifest['options'] !== undefined && Object.keys(options).length === 0 ? ['options is the default'] : []),
    ...Object.keys(options)
      .filter((key) => !(key in schema))
      .map((key) => `${key} has a default and no type`),
    ...Object.keys(options)
      .filter((key) => key in schema && !accepts(optionType(schema[key]), options[key]))
      .map((key) => `${key} has a default that is not accepted`),
    // It would keep every installed app from being updated by itself.
    ...required.filter((key) => !(key in options)).map((key) => `${key} is required and has no default`),
  ];
}

/** Supervisor's security rating. @param hasProfile whether there is an AppArmor profile beside the manifest */
export function rating(manifest: Manifest, hasProfile: boolean): number {
  const dangers: Readonly<Record<string, number>> = { manager: 1, admin: 2 };
  if (manifest['docker_api'] === true || manifest['full_access'] === true) return 1;
  const points =
    5 +
    (manifest['apparmor'] === false ? -1 : hasProfile ? 1 : 0) +
    (manifest['ingress'] === true ? 2 : manifest['auth_api'] === true ? 1 : 0) -
    (listOf(manifest['privileged']).length > 0 || manifest['kernel_modules'] === true ? 1 : 0) -
    (dangers[String(manifest['hassio_role'])] ?? 0) -
    (manifest['host_network'] === true ? 1 : 0) -
    (manifest['host_pid'] === true ? 2 : 0);
  return Math.max(1, Math.min(8, points));
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
