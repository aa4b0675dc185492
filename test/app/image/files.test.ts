/** Holds the files around the image to the rules that others apply to them: Docker, AppArmor, Compose and systemd. */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SETTING_NAMES } from '../../../src/config/schema.ts';
import { hasProgram } from '../../support/programs.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const dockerfile = read('Dockerfile');
const nodeFlags = /node (--\S+) dist\/src\/main.js start/.exec(read('package.json'))?.[1] ?? 'npm start has no flags';

describe('the Dockerfile', () => {
  it('names its base by itself, to the patch, of the family that is tested, and not as Supervisor would replace it', () => {
    expect(dockerfile).toMatch(/^ARG BASE_IMAGE=docker\.io\/library\/node:\d+\.\d+\.\d+-bookworm-slim$/m);
    expect(read('scripts/app-image.js')).toContain("'bookworm'");
    const bases = [...dockerfile.matchAll(/^FROM (\S+) AS (\w+)$/gm)].map(([, base = '', name = '']) => [name, base]);
    const own = `\${BASE_IMAGE}`;
    expect(Object.fromEntries(bases)).toEqual({
      system: own,
      build: own,
      bill: 'system',
      service: 'system',
      app: 'service',
    });
    expect(bases.at(-1)?.[0]).toBe('app');
    expect(dockerfile).not.toMatch(/^ARG BUILD_FROM/m);
  });

  it('downloads nothing but packages', () => {
    expect(dockerfile).not.toMatch(/^ADD|https?:\/\/(?!\$\{here\}|github\.com\/nestmtx-bridge)|curl|wget|apk/m);
    const installed = [...dockerfile.matchAll(/apt-get install (.*?) >/g)].map(([, what]) => what);
    expect(installed).toEqual(['-qq --no-install-recommends ffmpeg']);
  });

  it('has root for the app alone, whose files are root’s, and no shell script before node', () => {
    const users = [...dockerfile.matchAll(/^(?:FROM \S+ AS (\w+)|USER (\S+))$/gm)].map(
      ([, stage, user]) => stage ?? user,
    );
    expect(users.slice(users.indexOf('service'))).toEqual(['service', '1000:1000', 'app', '0:0']);
    expect(dockerfile).toMatch(/^ENTRYPOINT \[\]$/m);
  });

  it('runs node as `npm start` does', () => {
    expect(dockerfile).toContain(`CMD ["node", "${nodeFlags}", "dist/addon/main.js", "start"]`);
  });

  it('finds in the lockfile what each architecture of the image needs, and no address of a registry', () => {
    const { packages } = JSON.parse(read('package-lock.json'));
    for (const cpu of ['x64', 'arm64']) {
      expect(packages[`node_modules/@node-rs/argon2-linux-${cpu}-gnu`]).toMatchObject({ cpu: [cpu], libc: ['glibc'] });
    }
    // The package of the nodes is a folder beside it.
    expect(read('package-lock.json').match(/"resolved": .*/g)).toEqual(['"resolved": "nodes",']);
  });

  it('is given what it copies and nothing else', () => {
    const [first, ...given] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    expect(given.filter((line) => !line.startsWith('!') || !existsSync(join(root, line.slice(1))))).toEqual([]);
    const secrets = ['node_modules', '.git', 'test', 'dist', 'data', 'nestmtx-bridge.yaml'];
    expect(secrets.filter((name) => given.includes(`!${name}`))).toEqual([]);
  });
});

describe('the AppArmor profile', () => {
  const profile = read('apparmor.txt');

  it('has the one line that Supervisor renames', () => {
    expect(profile.match(/^\s*profile .*$/gm)).toEqual([
      'profile nestmtx_bridge flags=(attach_disconnected,mediate_deleted) {',
    ]);
  });

  it('lets node, ffmpeg and the init run, only the data and temporary files be written, and no capability be used', () => {
    const rules = profile
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.endsWith(',') && !line.startsWith('#'));
    const files = rules.filter((rule) => /^[/@]/.test(rule)).map((rule) => rule.replace(/,$/, '').split(' '));
    const having = (right: RegExp) => files.filter(([, rights = '']) => right.test(rights)).map(([path]) => path);
    expect(having(/x/)).toEqual(['/{usr/,}sbin/docker-init', '/usr/bin/ffmpeg', '/usr/local/bin/node']);
    expect(having(/[wa]/)).toEqual(['/dev/{null,zero}', '/data/**', '/tmp/{,**}']);
    expect(rules.filter((rule) => /^(capability|file|mount|ptrace|dbus|network,)/.test(rule))).toEqual([]);
  });

  it.skipIf(!hasProgram('apparmor_parser'))('is understood by AppArmor', () => {
    const { status, stderr } = check('apparmor_parser', '-Q', '-K', join(root, 'apparmor.txt'));
    expect({ status, errors: stderr.match(/.*parser error.*/g) }).toEqual({ status: 0, errors: null });
  });
});

describe('the example for Compose', () => {
  const { services, volumes } = parse(read('examples/compose.yaml'));
  const { 'nestmtx-bridge': service } = services;

  it('builds this repository, keeps its data, and gives the container no rights', () => {
    expect(Object.keys(services)).toEqual(['nestmtx-bridge']);
    expect(service).toMatchObject({
      build: { context: '..', target: 'service' },
      init: true,
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      volumes: ['data:/data'],
    });
    expect(volumes).toHaveProperty('data');
  });

  it('sets what there is to be set, also where it only suggests', () => {
    const suggested = read('examples/compose.yaml').matchAll(/^ {6}#? ?([A-Z][A-Z_]+):/gm);
    const names = [...suggested].map(([, name = '']) => name);
    expect(names).toContain('MEDIAMTX_URL');
    expect(names.filter((name) => name !== 'TZ' && !SETTING_NAMES.some((known) => known === name))).toEqual([]);
  });

  it('publishes ports that the image has', () => {
    const exposed = /^EXPOSE (.*)$/m.exec(dockerfile)?.[1]?.split(' ') ?? [];
    const published: string[] = service.ports.map((port: string) => port.split(':')[1]);
    expect(published.filter((port) => !exposed.includes(port))).toEqual([]);
  });
});

describe('the systemd unit', () => {
  const unit = join(root, 'examples/nestmtx-bridge.service');

  it('runs node as `npm start` does, on a folder of its own', () => {
    expect(read('examples/nestmtx-bridge.service')).toContain(
      `ExecStart=/usr/bin/node ${nodeFlags} /opt/nestmtx-bridge/dist/src/main.js start\n`,
    );
    expect(read('examples/nestmtx-bridge.service')).toContain('DATA_DIR=%S/nestmtx-bridge\n');
  });

  it.skipIf(!hasProgram('systemd-analyze'))('is understood by systemd, which finds little that could be locked', () => {
    const { stderr } = check('systemd-analyze', 'verify', '--man=no', unit);
    // A machine has its node where it likes.
    expect(stderr.split('\n').filter((line) => line !== '' && !line.includes('is not executable'))).toEqual([]);
    // In tenths of the scale from 0, locked in, to 10.
    expect(check('systemd-analyze', 'security', '--offline=true', '--threshold=15', unit).status).toBe(0);
  });
});

function check(program: string, ...args: string[]) {
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
  return spawnSync(program, args, { encoding: 'utf8', env });
}
