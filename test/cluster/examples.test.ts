/** Holds the examples of a cluster to what the service, NATS, HAProxy and systemd know: whoever copies them has something that works. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { limitsWith } from '../../src/brokers/embedded/limits.ts';
import { loadConfig } from '../../src/config/load.ts';
import { SETTING_NAMES } from '../../src/config/schema.ts';
import { hasProgram } from '../support/programs.ts';

const root = fileURLToPath(new URL('../../examples/cluster', import.meta.url));
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const { services, networks, 'x-settings': settings } = parse(read('compose.yaml'), { merge: true });
const bridges = Object.keys(services).filter((name) => name.startsWith('bridge-'));
const servers = Object.keys(services).filter((name) => /^n\d$/.test(name));
const PASSWORD = 'aLongPasswordOfYourOwn';

function run(program: string, args: readonly string[], env: object = {}) {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin`;
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, PATH: path, ...env },
  });
  return { status, said: stdout + stderr };
}

/** `NAME=value` lines. */
const variables = (name: string) =>
  Object.fromEntries([...read(name).matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, key, value]) => [key, value]));

/** What Compose makes of a text with the password in it. */
const filled = (text: string) => text.replaceAll(`\${CLUSTER_PASS}`, PASSWORD);

/** What `nats.service` says that belongs into its file. */
const unitSettings = () =>
  Object.fromEntries(
    [...read('nats.service').matchAll(/^# {3}([A-Z_]+)=(.*)$/gm)].map(([, key, value]) => [key, value]),
  );

function blockOf(subnet: string): BlockList {
  const block = new BlockList();
  const [net = '', bits] = subnet.split('/');
  block.addSubnet(net, Number(bits));
  return block;
}

describe('the examples of a cluster', () => {
  it('are two bridges or more on three NATS servers, with one set of settings that the service takes', () => {
    expect([servers.length, bridges.length]).toEqual([3, 2]);
    const env = variables('bridge.env');
    const suggested = [...read('compose.yaml').matchAll(/^ {2}#? ?([A-Z][A-Z_]+):/gm)].map(([, name = '']) => name);
    const known: readonly string[] = [...SETTING_NAMES, 'TZ'];
    expect([...Object.keys(env), ...suggested].filter((name) => !known.includes(name))).toEqual([]);
    for (const given of [env, settings]) {
      const words = Object.fromEntries(
        Object.entries(given).map(([key, value]) => [key, String(value).replace(/^\$\{.*/, PASSWORD + PASSWORD)]),
      );
      const { cluster } = loadConfig({ env: words, cwd: '/', readFile: noFile });
      expect(cluster?.servers).toEqual(servers.map((name) => `${name}:4222`));
    }
    for (const name of bridges) expect(services[name].environment).toEqual(settings);
  });

  it('have NATS write through, and take as large a message as a packet of the broker may be', () => {
    const config = read('nats.conf');
    expect(config).toMatch(/^ {2}sync_interval: always$/m);
    const [, megabytes] = /^max_payload: (\d+)MB$/m.exec(config) ?? [];
    expect(Number(megabytes) * 1024 * 1024).toBeGreaterThanOrEqual(limitsWith({}).home.packetBytes);
    expect(servers.map((name) => services[name].environment.SERVER_NAME)).toEqual(servers);
    expect(read('../../docs/cluster.md')).toContain('max_payload: 2MB\n');
  });

  it('let nobody come in as one of the servers who does not know the password, and have all servers know it', () => {
    expect(read('nats.conf')).toMatch(
      /^cluster \{[^}]*^ {2}authorization \{ user: nats, password: \$CLUSTER_PASS \}$/ms,
    );
    const routes = `[${servers.map((name) => `nats://nats:${PASSWORD}@${name}:6222`).join()}]`;
    for (const name of servers) expect(filled(services[name].environment.ROUTES)).toBe(routes);
    expect(unitSettings()).toEqual({ SERVER_NAME: 'n1', CLUSTER_PASS: PASSWORD, ROUTES: routes });
    expect(variables('bridge.env')['CLUSTER_PASS']).toBe(PASSWORD);
  });

  it('have a balancer that alone is believed: at an address that nobody else of its network is given', () => {
    const address: string = services.balancer.networks.default.ipv4_address;
    expect([settings.TRUST_PROXY, settings.MQTT_BALANCERS]).toEqual([address, address]);
    const [{ subnet, ip_range: range }] = networks.default.ipam.config;
    const isWithin = (block: string) => blockOf(block).check(address);
    expect([isWithin(subnet), isWithin(range)]).toEqual([true, false]);
    const { TRUST_PROXY, MQTT_BALANCERS } = variables('bridge.env');
    expect(MQTT_BALANCERS).toBe(TRUST_PROXY);
  });

  it('have names for bridges by which lists and figures can be read, and settings that a shell can read, too', () => {
    expect(bridges.map((name) => services[name].hostname)).toEqual(bridges);
    expect(Object.values(variables('bridge.env')).filter((value) => !/^[\w./:,-]+$/.test(String(value)))).toEqual([]);
  });

  it.skipIf(!hasProgram('nats-server'))('are understood by NATS, with all that it is started with', () => {
    const config = join(root, 'nats.conf');
    const unit = read('nats.service');
    const [, command = ''] = /^ExecStart=\S+ (.*)$/m.exec(unit) ?? [];
    const [, folder = ''] = /^Environment=STORE_DIR=(.*)$/m.exec(unit) ?? [];
    const byUnit = command.replace('/etc/nats.conf', config).split(' ');
    const ofUnit = { ...unitSettings(), STORE_DIR: folder.replace('%S', tmpdir()) };
    expect(run('nats-server', ['-t', ...byUnit], ofUnit)).toMatchObject({ status: 0 });
    for (const name of servers) {
      const { command: words, environment } = services[name];
      const byCompose = words.map((word: string) => (word === '/nats.conf' ? config : word));
      const env = { ...environment, STORE_DIR: tmpdir(), CLUSTER_PASS: PASSWORD, ROUTES: filled(environment.ROUTES) };
      expect(run('nats-server', ['-t', ...byCompose], env)).toMatchObject({ status: 0 });
      expect(services[name].volumes).toContain(`${name}:${environment.STORE_DIR}`);
    }
    const { CLUSTER_PASS: _, ...open } = ofUnit;
    expect(run('nats-server', ['-t', '-c', config], open).status).not.toBe(0);
  });

  it('send clients to bridges that say at /healthz that they may come, at the ports that they have', () => {
    const config = read('haproxy.cfg');
    const targets = [...config.matchAll(/^ {4}server (\S+) (\S+):(\d+)/gm)].map(([, name, host, port]) => [
      name,
      host,
      port,
    ]);
    const { http, mqtt } = loadConfig({ env: {}, cwd: '/', readFile: noFile });
    const at = (port: number | undefined) => bridges.map((name) => [name, name, String(port)]);
    expect(targets).toEqual([...at(http.port), ...at(mqtt.embedded?.port)]);
    expect(config).toContain('option httpchk GET /healthz');
    expect(config).toContain(`check port ${http.port}`);
    // Three seconds of refused clients otherwise, whenever a bridge is stopped.
    expect(config).toContain('option redispatch 1\n');
    // HAProxy gives up an address half a minute after nobody could be asked for it, unless told otherwise.
    for (const way of ['timeout', 'refused', 'other', 'nx']) expect(config).toContain(`hold ${way} 20d`);
    const published = services.balancer.ports.map((port: string) => port.split(':')[1]);
    expect([...config.matchAll(/^ {4}bind :(\d+)$/gm)].map(([, port]) => port)).toEqual(published);
  });

  it.skipIf(!hasProgram('haproxy'))('are understood by HAProxy', () => {
    expect(run('haproxy', ['-c', '-f', join(root, 'haproxy.cfg')])).toMatchObject({ status: 0 });
  });

  it.skipIf(!hasProgram('systemd-analyze'))(
    'are understood by systemd, which finds little that could be locked',
    () => {
      const unit = join(root, 'nats.service');
      const { said } = run('systemd-analyze', ['verify', '--man=no', unit]);
      expect(said.split('\n').filter((line) => line !== '' && !line.includes('is not executable'))).toEqual([]);
      expect(run('systemd-analyze', ['security', '--offline=true', '--threshold=15', unit]).status).toBe(0);
      // What a bridge has beside its own unit.
      expect(read('bridge.conf')).toMatch(
        /^\[Unit\]$[^[]*^After=nats\.service$[^[]*^\[Service\]$[^[]*^Restart=always$/m,
      );
    },
  );
});

function noFile(): string {
  throw Object.assign(new Error('no file'), { code: 'ENOENT' });
}
