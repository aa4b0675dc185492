/** The image that is built from the Dockerfile, run as locked up as can be: what is in it, what it needs, how it ends. */

import { readdirSync, statSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION } from '../../../src/version.ts';
import { type AppContainer, type ContainerOptions, startContainer } from '../../support/app/container.ts';
import { type AppImage, appImageIsMissing, BUILD_TIMEOUT_MS, buildAppImage } from '../../support/app/image.ts';

const MEGABYTE = 1_000_000;

describe.skipIf(appImageIsMissing)('the image', () => {
  let app: AppImage;
  let folder: string;

  beforeAll(async () => {
    app = await buildAppImage();
    folder = await mkdtemp(join(tmpdir(), 'nestmtx-bridge-image-'));
  }, BUILD_TIMEOUT_MS);

  afterAll(() => rm(folder, { recursive: true }));

  it('says what Supervisor reads: labels, a health check that is asked early, and a command without a shell', async () => {
    const { Config: config, Healthcheck: healthCheck } = await inspect(app.image);
    expect(config.Labels).toMatchObject({
      'io.hass.type': 'app',
      'io.hass.version': VERSION,
      'io.hass.arch': process.arch === 'arm64' ? 'aarch64' : 'amd64',
      'org.opencontainers.image.version': VERSION,
    });
    expect(healthCheck).toMatchObject({ Interval: 10e9, Test: ['CMD', 'node', '-e', expect.any(String)] });
    expect(config.Cmd[0]).toBe('node');
    expect(config.Entrypoint ?? []).toEqual([]);
    expect([config.User, (await inspect(app.service)).Config.User]).toEqual(['0:0', '1000:1000']);
  });

  it('holds what runs and nothing else, in less than 27 MB above Debian, node and ffmpeg', async () => {
    const [image, base] = await Promise.all([inspect(app.image), inspect(app.base)]);
    expect(image.Size - base.Size).toBeLessThan(27 * MEGABYTE);
    expect(image.Size).toBeLessThan(600 * MEGABYTE);

    const root = (await app.podman(['image', 'mount', app.image])).stdout.trim();
    try {
      expect((await readdir(join(root, 'app'))).sort()).toEqual([
        'LICENSE',
        'dist',
        'node_modules',
        'package.json',
        'sbom.cdx.json',
      ]);
      const files = await readdir(join(root, 'app'), { recursive: true });
      expect(files).toContain('dist/web/docs/swagger-ui-bundle.js');
      expect(files.filter((path) => /\.map$|\.d\.[cm]?ts$/.test(path))).toEqual([]);
      expect(await readdir(join(root, 'app/dist'))).not.toContain('nodes');
      const modules = await readdir(join(root, 'app/node_modules'));
      const builders = ['node-red', 'typescript', 'vitest', 'esbuild', 'swagger-ui-dist'];
      expect(modules.filter((name) => builders.includes(name))).toEqual([]);
      // The settings of the machine that built it. What was mounted while it was built leaves empty places behind.
      const foreign = ['root/.npmrc', 'root/.npm', 'etc/npm-certificates.pem', 'app/.npmrc'];
      expect(foreign.filter((path) => hasContent(join(root, path)))).toEqual([]);
    } finally {
      await app.podman(['image', 'unmount', app.image]);
    }
  });

  it('has a bill of its materials: each package of npm that runs, node, and each of Debian', async () => {
    await withContainer({ command: ['sleep', '60'] }, async (container) => {
      const { stdout } = await container.exec('cat', 'sbom.cdx.json');
      const bill: { bomFormat: string; components: { name: string; purl: string }[] } = JSON.parse(stdout);
      expect(bill.bomFormat).toBe('CycloneDX');
      const has = (kind: string) => bill.components.filter(({ purl }) => purl.startsWith(kind)).map(({ name }) => name);
      expect(has('pkg:generic/')).toEqual(['node']);
      const packages = has('pkg:npm/');
      const modules = (await container.exec('ls', 'node_modules')).stdout.trim().split('\n');
      const unscoped = modules.filter((name) => !name.startsWith('@'));
      expect(unscoped.filter((name) => !packages.includes(name))).toEqual([]);
      expect(packages.filter((name) => ['vitest', 'typescript', 'esbuild'].includes(name))).toEqual([]);
      const shown = (await container.exec('dpkg-query', '--show')).stdout.trim().split('\n');
      const installed = shown.map((line) => line.split(/[:\t]/)[0]);
      expect(new Set(has('pkg:deb/debian/'))).toEqual(new Set(installed));
      expect(has('pkg:deb/debian/')).toContain('ffmpeg');
    });
  });

  it('ends with 2 and names every setting that is wrong', async () => {
    await withContainer({ env: { PORT: 'http', MODE: 'both' } }, async (container) => {
      expect(await container.ended()).toBe(2);
      const log = await container.log();
      expect(log).toContain('PORT: got "http"');
      expect(log).toContain('MODE: got "both"');
    });
  });

  it('for plain Docker runs as an ordinary user on a new volume', async () => {
    const data = `nestmtx-bridge-test-${crypto.randomUUID()}`;
    const running = withContainer({ data, image: app.service }, async (container) => {
      await container.healthy();
      const { stdout } = await container.exec('node', '-p', 'process.getuid() + ":" + process.getgid()');
      expect(stdout.trim()).toBe('1000:1000');
      expect(await container.stop()).toBe(0);
    });
    await running.finally(() => app.podman(['volume', 'rm', data]));
  });

  describe('running on a read-only root without any capability', () => {
    let container: AppContainer;
    let data: string;

    beforeAll(async () => {
      data = await mkdtemp(join(folder, 'data-'));
      container = await startContainer(app, { data });
      await container.healthy();
    });

    afterAll(() => container?.remove());

    it('has no rights and can write to its data folder only', async () => {
      const script = `
        const { readFileSync, writeFileSync } = require('node:fs');
        const written = ['/app/x', '/tmp/x', '/x', '/data/x'].filter((path) => {
          try { writeFileSync(path, ''); return true; } catch { return false; }
        });
        console.log(JSON.stringify({ written, status: readFileSync('/proc/self/status', 'utf8') }));`;
      const { written, status } = JSON.parse((await container.exec('node', '-e', script)).stdout);
      expect(written).toEqual(['/data/x']);
      expect(status).toMatch(/^CapEff:\s+0+$/m);
      expect(status).toMatch(/^CapBnd:\s+0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      await rm(join(data, 'x'));
    });

    it('is healthy by its own health check, which knows when nothing answers', async () => {
      expect((await app.podman(['healthcheck', 'run', container.name], true)).code).toBe(0);
      const { Healthcheck: healthCheck } = await inspect(app.image);
      const [, ...command] = healthCheck.Test;
      const elsewhere = ['exec', '--env', 'PORT=2001', container.name, ...command];
      expect((await app.podman(elsewhere, true)).code).toBe(1);
    });

    it('keeps its files from other users of the machine', async () => {
      const names = await readdir(data);
      expect(names).toContain('app.key');
      const open = await Promise.all(names.map(async (name) => ((await stat(join(data, name))).mode & 0o077) !== 0));
      expect(names.filter((_, index) => open[index])).toEqual([]);
    });

    it('has the commands at hand', async () => {
      const { code, stdout } = await container.exec('nestmtx-bridge', 'users', 'list');
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^1\s+admin\s+admin\s+yes$/m) });
    });

    it('has a program that takes pictures, and may run it', async () => {
      const { code, stdout } = await container.exec('ffmpeg', '-hide_banner', '-protocols');
      expect(code).toBe(0);
      expect(stdout).toMatch(/^\s*rtp$/m);
      const film = ['-f', 'lavfi', '-i', 'color=s=16x16', '-frames:v', '1', '-c:v', 'mjpeg', '-f', 'null', '-'];
      expect((await container.exec('ffmpeg', '-loglevel', 'error', ...film)).code).toBe(0);
    });

    it('ends with 0 when it is told to stop, in time', async () => {
      expect(await container.stop()).toBe(0);
      expect(await container.log()).toContain('"signal":"SIGTERM"');
    });
  });

  async function withContainer(options: ContainerOptions, test: (container: AppContainer) => Promise<void>) {
    const data = await mkdtemp(join(folder, 'data-'));
    const container = await startContainer(app, { data, ...options });
    await test(container).finally(() => container.remove());
  }

  function hasContent(path: string): boolean {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) return readdirSync(path).length > 0;
    return found !== undefined && found.size > 0;
  }

  interface Inspected {
    readonly Config: {
      readonly Labels: object;
      readonly Cmd: readonly string[];
      readonly Entrypoint?: unknown;
      readonly User?: string;
    };
    readonly Healthcheck: { readonly Interval: number; readonly Test: readonly string[] };
    readonly Size: number;
  }

  async function inspect(name: string): Promise<Inspected> {
    return JSON.parse((await app.podman(['image', 'inspect', name])).stdout)[0];
  }
});
