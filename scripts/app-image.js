// Builds the images, of the app and of the service, without a registry and without a Docker engine: buildah, on a base of Debian's packages and this
// machine's node. Prints what a caller needs to run it, as JSON. The first run takes a minute or two, later ones what has changed.
//   node scripts/app-image.js        as root on Debian, with the packages buildah, podman, runc, debootstrap and tini
// It keeps its images in NESTMTX_BRIDGE_TEST_CACHE, or else in ~/.cache/nestmtx-bridge-test. Deleting that folder is safe.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = process.env.NESTMTX_BRIDGE_TEST_CACHE || join(homedir(), '.cache', 'nestmtx-bridge-test');
const storage = ['--storage-driver', 'overlay', '--root', join(cache, 'storage'), '--runroot', join(cache, 'run')];
const ARCHITECTURES = { x64: 'amd64', arm64: 'aarch64' };
const WASTE = ['var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc', 'usr/share/locale', 'usr/share/man'];
// Each build leaves some twenty images of its steps behind, which make the next one fast.
const MOST_IMAGES = 100;

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const base = `localhost/nestmtx-bridge-base:node-${process.versions.node}-slim`;
const system = `localhost/nestmtx-bridge-system:${version}`;
const image = `localhost/nestmtx-bridge-app:${version}`;
const service = `localhost/nestmtx-bridge:${version}`;

mkdirSync(cache, { recursive: true });
if (process.argv.includes('--locked')) {
  clearOldImages();
  const found = spawnSync('buildah', [...storage, 'inspect', '--type', 'image', base]).status === 0;
  if (!found) makeBase();
  buildImage('system', system);
  buildImage('service', service);
  buildImage('app', image);
  // runc and cgroupfs: crun refuses hybrid cgroups, and there may be no systemd.
  const podman = [
    ...storage,
    '--network-config-dir',
    join(cache, 'networks'),
    '--cgroup-manager',
    'cgroupfs',
    '--runtime',
    'runc',
  ];
  console.log(JSON.stringify({ image, service, base: system, podman, cache }));
} else {
  // Two builds at a time would both begin with the base.
  const lock = ['--exclusive', join(cache, 'lock'), process.execPath, fileURLToPath(import.meta.url), '--locked'];
  process.exitCode = spawnSync('flock', lock, { stdio: ['ignore', 'inherit', 'inherit'] }).status ?? 1;
}

/** What the program wrote; where it fails, the end of that is the reason. */
function run(program, ...args) {
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status === 0) return stdout.trim();
  throw error ?? new Error(`${program} ${args.join(' ')} failed:\n${`${stdout}${stderr}`.slice(-3000)}`);
}

function buildah(...args) {
  return run('buildah', ...storage, ...args);
}

/** Suites that run beside this build use the images that have our names: only what no name holds goes, and what a container needs stays. */
function clearOldImages() {
  const images = buildah('images', '--all', '--format', '{{.ID}} {{.Name}}:{{.Tag}}').split('\n');
  if (images.length < MOST_IMAGES) return;
  const named = [base, system, image, service];
  const old = images
    .filter((line) => !named.some((name) => line.endsWith(` ${name}`)))
    .map((line) => line.split(' ')[0]);
  spawnSync('buildah', [...storage, 'rmi', ...old], { stdio: 'ignore' });
}

/** A Debian with node and npm where the official images of Node have them, and with their entrypoint. */
function makeBase() {
  const container = buildah('from', 'scratch');
  const folder = buildah('mount', container);
  run('debootstrap', '--variant=minbase', '--include=ca-certificates', 'bookworm', folder, mirror());
  for (const waste of WASTE) rmSync(join(folder, waste), { recursive: true, force: true });
  // As Debian's slim images do: what is installed later leaves these out as well.
  const left = WASTE.map((path) => `path-exclude /${path}/*\n`).join('');
  writeFileSync(join(folder, 'etc/dpkg/dpkg.cfg.d/slim'), left);
  cpSync(process.execPath, join(folder, 'usr/local/bin/node'));
  const npm = run('npm', 'root', '--global');
  cpSync(join(npm, 'npm'), join(folder, 'usr/local/lib/node_modules/npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'usr/local/bin/npm'));
  writeFileSync(join(folder, 'usr/local/bin/docker-entrypoint.sh'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
  buildah('umount', container);
  buildah('config', '--entrypoint', '["docker-entrypoint.sh"]', container);
  buildah('commit', '--rm', '--quiet', container, base);
}

/** Where this machine has its packages from. */
function mirror() {
  const sources = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'];
  for (const path of sources) {
    try {
      const [, url] = /^(?:URIs:|deb(?: \[.*?\])?)\s+(http\S+)/m.exec(readFileSync(path, 'utf8')) ?? [];
      if (url) return url;
    } catch {}
  }
  return 'http://deb.debian.org/debian';
}

/** This machine's way to the registry is mounted where the build installs: none of it is in the image. */
function buildImage(target, tag) {
  const settings = JSON.parse(run('npm', 'config', 'list', '--json'));
  const { cafile, cache: npmCache } = settings;
  const certificates = '/etc/npm-certificates.pem';
  const scratch = mkdtempSync(join(tmpdir(), 'nestmtx-bridge-image-'));
  const npmrc = ['registry', 'proxy', 'https-proxy', 'noproxy', 'strict-ssl']
    .filter((name) => settings[name] !== null && settings[name] !== undefined && settings[name] !== '')
    .map((name) => `${name}=${settings[name]}`);
  writeFileSync(join(scratch, 'npmrc'), [...npmrc, ...(cafile ? [`cafile=${certificates}`] : []), ''].join('\n'));
  mkdirSync(npmCache, { recursive: true });
  try {
    buildah(
      'bud',
      ...['--isolation', 'chroot', '--format', 'docker', '--layers'],
      ...['--volume', `${join(scratch, 'npmrc')}:/root/.npmrc:ro`, '--volume', `${npmCache}:/root/.npm`],
      ...(cafile ? ['--volume', `${cafile}:${certificates}:ro`] : []),
      ...['--build-arg', `BASE_IMAGE=${base}`, '--build-arg', `BUILD_VERSION=${version}`],
      ...['--build-arg', `BUILD_ARCH=${ARCHITECTURES[process.arch] ?? process.arch}`],
      ...['--target', target, '--tag', tag, '--file', join(root, 'Dockerfile'), root],
    );
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
